import { UserError } from "../toolkit/userError";
import { inLines, shown } from "../toolkit/shown";
import { print, printJson } from "../toolkit/terminal";
import { readOptions, stackOptions, stackUsage } from "./command/options";
import { type Judged, judge } from "./sessions/judge";
import { readLocks } from "../toolkit/locks";
import { endSession, readSessions } from "../toolkit/openSessions";
import { renderSessions } from "./sessions/render";
import { onServers, type Reached } from "./sessions/servers";

export const USAGE = shown`usage: keyless sessions [OPTIONS]

Lists the sessions of the stack's database, and whether each login could still start one
today: revoking access does not terminate open sessions.

${stackUsage}
  --end                terminate sessions whose login could not start one today
  --blocking           list only sessions that block others, or that hold locks that a
                       deployment also takes
  --end-pid PID        terminate this session, whatever its login
  --live WHERE         a server on AWS instead of the sandbox's: env (PGHOST, PGUSER,
                       PGPASSWORD, …, as for psql) or postgresql://USER@HOST:PORT/DATABASE;
                       sign in as the provisioner or the master
  --after SOURCE       with --live: the resources that created the server, such as a file
                       from \`pulumi stack export\`, for the logins that it declares
  --server NAME        the server's key among the resources
  --break-glass NAME   the break-glass login, which no resource declares
  --json               print one JSON object

The exit code is 1 when a session remains whose login could not start it today; with
--blocking, when one remains that blocks others.`;

/** What `--json` prints. */
export interface SessionsResult {
    readonly sessions: readonly (Judged & { readonly server: string })[];
}

interface Wanted {
    readonly end: boolean;
    readonly blocking: boolean;
    readonly pid: number | undefined;
}

export async function sessions(args: string[]): Promise<number> {
    const text = { type: "string" } as const;
    const flag = { type: "boolean", default: false } as const;
    const own = {
        live: text,
        after: { type: "string", multiple: true },
        server: text,
        "break-glass": text,
        end: flag,
        blocking: flag,
        "end-pid": text,
        json: flag,
    } as const;
    const options = readOptions(args, USAGE, { ...stackOptions, ...own });
    if (options === undefined) {
        return 0;
    }
    const wanted = { end: options.end, blocking: options.blocking, pid: pidOf(options["end-pid"]) };
    const found = (
        await onServers(options, async (server) =>
            (await look(server, wanted)).map((one) => ({ server: server.name, ...one })),
        )
    ).flat();
    if (wanted.pid !== undefined && found.length === 0) {
        throw new UserError(`no client's session has the process id ${wanted.pid}; it may have ended already`);
    }
    if (options.json) {
        printJson({ sessions: found } satisfies SessionsResult);
    } else {
        print(
            found.length === 0
                ? noneFound(wanted)
                : inLines([renderSessions(found, Date.now()), ...advice(found, wanted)]),
        );
    }
    return found.some((session) => isLeft(session, wanted)) ? 1 : 0;
}

/** The requested sessions, after terminating those to end. */
async function look({ client, known }: Reached, wanted: Wanted): Promise<Judged[]> {
    const open = await readSessions(client);
    const locks = await readLocks(client);
    const shownOnes: Judged[] = [];
    for (const session of open) {
        const judged = judge(session, known, locks);
        const blocks = judged.blocks.length + judged.holds.length > 0;
        if ((wanted.pid ?? session.pid) === session.pid && (!wanted.blocking || blocks)) {
            const end = wanted.pid === session.pid || (wanted.end && judged.against.length > 0);
            shownOnes.push(end ? { ...judged, ended: (await endSession(client, session)) ?? true } : judged);
        }
    }
    return shownOnes;
}

function isLeft({ against, ended }: Judged, { blocking, pid }: Wanted): boolean {
    return ended !== true && (blocking || pid !== undefined || against.length > 0);
}

function noneFound({ blocking }: Wanted): string {
    return blocking ? "no session blocks others or a deployment" : "no client is connected";
}

function advice(found: readonly Judged[], { end, blocking, pid }: Wanted) {
    if (pid !== undefined) {
        return [];
    }
    if (blocking) {
        return [shown`\nto terminate one of them, add --end-pid PID`];
    }
    const count = found.filter(({ against }) => against.length > 0).length;
    return end || count === 0
        ? []
        : [shown`\n${count} could not start today; to terminate ${count === 1 ? "it" : "them"}, add --end`];
}

function pidOf(text: string | undefined): number | undefined {
    if (text === undefined) {
        return undefined;
    }
    const pid = Number(text);
    if (!Number.isInteger(pid) || pid < 1) {
        throw new UserError(`--end-pid ${JSON.stringify(text)} is not a process id; allowed are integers from 1`);
    }
    return pid;
}
