/** Texts of the pages that are no terms: [zh-CN, en]. */
export const texts = {
  enter: ['登录', 'Sign in'],
  leave: ['退出登录', 'Leave'],
  login: ['账号（工号）', 'Login (agent number)'],
  password: ['密码', 'Password'],
  offline: ['与服务器的连接已断开，正在重新连接…', 'Connection lost, connecting again…'],
  loading: ['加载中…', 'Loading…'],
} as const satisfies Record<string, readonly [string, string]>;
