// The two ways to the program: requests, and the stream of what changed.

// get reads something. It throws when the program does not give it.
export async function get(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error('The program did not answer.');
  return response.json();
}

// post sends a request. It resolves to the answer, or throws an error whose
// message is a sentence for the reader; its status is zero when the program
// could not be reached.
export async function post(path, body) {
  let response;
  try {
    response = await fetch(path, {
      method: 'POST',
      headers: {'Content-Type': 'application/json'},
      body: JSON.stringify(body),
    });
  } catch {
    throw Object.assign(new Error('The program cannot be reached. Is it still running?'), {status: 0});
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw Object.assign(new Error(answer.error || 'The program did not take this.'), {status: response.status});
  }
  return answer;
}

// listen opens the stream and keeps it open. The browser reconnects by itself
// and then gets what it missed; only when the program is away for longer does
// it give up, and the page tries anew.
export function listen(take, live) {
  const source = new EventSource('/events');
  for (const [name, f] of Object.entries(take)) {
    source.addEventListener(name, (event) => f(JSON.parse(event.data)));
  }
  source.addEventListener('open', () => live(true));
  source.addEventListener('error', () => {
    live(false);
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(take, live), 1500);
  });
}
