/**
 * Makes a function that runs `task` once at a time. Calls that come before a waiting run has begun
 * share it, so the last run always begins after the last call.
 */
export function serially(task: () => Promise<void>): () => Promise<void> {
  let last = Promise.resolve();
  let waiting: Promise<void> | undefined;
  return () => {
    if (waiting === undefined) {
      waiting = last.then(() => {
        waiting = undefined;
        return task();
      });
      last = waiting.catch(() => undefined);
    }
    return waiting;
  };
}
