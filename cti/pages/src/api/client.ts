/** Requests to the API of the place this page came from. */

import { current } from '../words/words.svelte';

/** What the API refused, as RFC 9457 problem details; `status` 0: it could not be reached. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    readonly title: string,
    readonly detail: string,
  ) {
    super(detail ? `${title}: ${detail}` : title);
  }
}

async function send(method: string, path: string, body?: unknown): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(`/api/v1/${path}`, {
      method,
      headers: {
        'Accept-Language': current(),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new Refused(0, 'unreachable', '', '');
  }
  if (!answer.ok) throw await refusalOf(answer);
  return answer;
}

async function refusalOf(answer: Response): Promise<Refused> {
  try {
    const { type, title, detail } = (await answer.json()) as Record<string, string | undefined>;
    return new Refused(answer.status, type ?? '', title ?? answer.statusText, detail ?? '');
  } catch {
    return new Refused(answer.status, '', answer.statusText, '');
  }
}

/** Ask and read the JSON answer; undefined for an empty one. Throws `Refused`. */
export async function ask<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T> {
  const answer = await send(method, path, body);
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

/** Fetch a file whole, such as a recording. Throws `Refused`. */
export async function fetchFile(path: string): Promise<Blob> {
  return (await send('GET', path)).blob();
}
