import { type Markup, markup } from '../../core/report/markup.ts';
import type { AuthorizeRequest } from './issuer.ts';

/** What the sign-in of the laptop shows: as whom one signs in, `name` unless one writes another, and that nothing proves it. */
export function signInPage(request: AuthorizeRequest, name: string, key: string, problem?: string): string {
  const fields = Object.entries(request).map(
    ([field, value]) => markup`<input type="hidden" name="${field}" value="${value}">\n`,
  );
  const asked: Markup =
    key === ''
      ? markup`<p><label for="key">Key, from the address that <code>one-roof local</code> printed</label><input id="key" name="key" autocomplete="off" required></p>`
      : markup`<input type="hidden" name="key" value="${key}">`;
  const refused = problem === undefined ? undefined : markup`<p role="alert" class="refused">${problem}</p>`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in on this laptop</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">
</head>
<body>
<div class="page narrow">
<main>
<h1>Sign in on this laptop</h1>
<p>This is a trial on one machine: one click signs you in, under any name, as several people may try it here. On AWS you sign in with your mail address, a password and a one-time code.</p>
${refused}<form method="post" action="/oauth2/authorize">
${fields}${asked}<p><label for="name">Name</label><input id="name" name="name" value="${name}" autocomplete="username" required pattern="[A-Za-z0-9][A-Za-z0-9._@+\\-]{0,63}"></p>
<p><button class="primary" type="submit">Sign in</button></p>
</form>
</main>
</div>
</body>
</html>
`.html;
}

/** A page that says why nobody can sign in. */
export function refusedPage(problem: string): string {
  return markup`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>No sign-in</title><link rel="stylesheet" href="/page.css"></head><body><div class="page narrow"><main><h1>No sign-in</h1><p>${problem}</p></main></div></body></html>`
    .html;
}
