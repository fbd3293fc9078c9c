// What can be done about a state by one click. Knows nothing of VS Code.

/** `title` is for a button, a row of the menu or a link. */
export interface Offer {
  readonly title: string;
  readonly icon: string;
  readonly command: string;
}

/** What the offers depend on. */
export interface Situation {
  readonly state: string;
  /** Whether a pull of this window's is at work. */
  readonly pulling: boolean;
  /** Whether the server that runs is older than the one the extension brings. */
  readonly outdated: boolean;
  /** How many bytes a newer model takes to download; null where there is none. */
  readonly update: number | null;
  /** Whether the deep model, which was asked for, is not on this machine. */
  readonly lacksDeep: boolean;
}

const install = { title: "Install Server", icon: "cloud-download", command: "inkling.installServer" };
const settings = { title: "Open Settings", icon: "gear", command: "inkling.openSettings" };
const pull = { title: "Pull Model", icon: "cloud-download", command: "inkling.pullModel" };
const pullDeep = { ...pull, title: "Pull Deep Model", command: "inkling.pullDeepModel" };
const stopPull = { title: "Stop Pulling", icon: "stop-circle", command: "inkling.stopPull" };
const restart = { title: "Restart Server", icon: "debug-restart", command: "inkling.restart" };
const doctor = { title: "Run Doctor", icon: "pulse", command: "inkling.runDoctor" };
const log = { title: "Show Log", icon: "output", command: "inkling.showLog" };
const updateServer = { ...install, title: "Update Server" };

const byState: Readonly<Record<string, readonly Offer[]>> = {
  "not-installed": [install, settings],
  "not-found": [settings, install],
  "no-model": [pull],
  failed: [restart, doctor, log],
};

export function offersIn({ state, pulling, outdated, update, lacksDeep }: Situation): readonly Offer[] {
  if (pulling) {
    return [stopPull];
  }
  const newModel = update === null ? [] : [{ ...pull, title: `Get the New Model (${downloading(update)})` }];
  const atWork = state === "pulling" || state === "installing";
  const more = [...newModel, ...(lacksDeep ? [pullDeep] : []), ...(outdated ? [updateServer] : [])];
  return [...(byState[state] ?? []), ...(atWork ? [] : more)];
}

function downloading(bytes: number): string {
  return bytes === 0 ? "nothing to download" : `${(bytes / 1e6).toFixed(0)} MB`;
}
