// What the page's content security policy stopped, told to the suite.
document.addEventListener('securitypolicyviolation', (event) => {
  console.error(`Content Security Policy: ${event.effectiveDirective} stopped ${event.blockedURI || event.sample}`);
});
