import leftovers from "./leftovers.cjs";

export interface Process {
    readonly pid: number;
    readonly command: string;
}

/** The living processes that belong to a state folder: it stands in their environment or arguments. */
export function processesOf(stateDir: string): Process[] {
    return leftovers.processesThat((pid) =>
        ["environ", "cmdline"].some((file) => leftovers.textOf(`/proc/${pid}/${file}`).includes(stateDir)),
    );
}
