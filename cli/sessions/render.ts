import { inColumns } from "../../toolkit/columns";
import { type Shown, cut, inLines, padded, separated, shown, widthOf } from "../../toolkit/shown";
import { age } from "../../toolkit/openSessions";
import type { Judged } from "./judge";

/** Keeps the table within a hundred columns; `--json` does not truncate. */
const MOST = { login: 22, database: 12, from: 23 } as const;
const MOST_LOCKS = 3;

/** A line per session, followed by its findings. */
export function renderSessions(sessions: readonly Judged[], now: number): Shown {
    const cells = sessions.map(({ pid, login, database, since, state, address, application }) => [
        `${pid}`,
        cut(login ?? "(dropped)", MOST.login),
        cut(database, MOST.database),
        since === null ? "?" : age(now - since.getTime()),
        (state ?? "?").replace(" (aborted)", ""),
        cut(separated([address, application].filter((part) => part !== null && part !== "").map(String)), MOST.from),
    ]);
    const table = [["PID", "LOGIN", "DATABASE", "SINCE", "STATE", "FROM"], ...cells];
    const lines = inColumns(table, (_, column) => column === 0);
    const indent = padded("", Math.max(...table.map(([pid = ""]) => widthOf(pid))) + 2);
    const notes = sessions.map((session) => notesOf(session).map((note) => shown`${indent}${note}`));
    return inLines(lines.flatMap((line, index) => [line, ...(notes[index - 1] ?? [])]));
}

function notesOf({ against, declared, blocks, holds, ended }: Judged): Shown[] {
    const undeclared = declared === false ? ["no resource declares the login"] : [];
    return [
        ...(against.length > 0
            ? [shown`could not start today: ${separated([...against, ...undeclared])}`]
            : undeclared.map((text) => shown`${text}`)),
        ...(blocks.length > 0 ? [shown`blocks: ${separated(blocks.map((pid) => `pid ${pid}`))}`] : []),
        ...(holds.length > 0
            ? [
                  shown`holds: ${separated(holds.slice(0, MOST_LOCKS))}${holds.length > MOST_LOCKS ? shown` and ${holds.length - MOST_LOCKS} more` : ""}`,
              ]
            : []),
        ...(ended === undefined ? [] : [ended === true ? shown`ended` : shown`not ended: ${ended}`]),
    ];
}
