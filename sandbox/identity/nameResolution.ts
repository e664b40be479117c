import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { findExecutable } from "../../toolkit/system/executable";
import { readIfThere } from "../../toolkit/system/files";

/** How programs resolve the databases' host names, which no DNS knows. */
export interface NameResolution {
    /** Whether every program resolves them; otherwise only those for which the environment has a way. */
    readonly complete: boolean;
    /** What the environment of a program needs for it. */
    readonly environment: NodeJS.ProcessEnv;
    /** One line for the user if {@link complete} is false: which libraries are concerned, and what to do. */
    readonly advice?: string;
    /** The command that starts a program so that it resolves them. */
    readonly launch: (command: string, args: readonly string[]) => readonly [command: string, args: readonly string[]];
    /** Removes the files. */
    readonly close: () => void;
}

/** The name of an endpoint, and its loopback address. */
export interface HostAddress {
    readonly host: string;
    readonly address: string;
}

/** The parts of the operating system that tests replace. */
export interface System {
    readonly hostsFile: string;
    /** Why a command fails; undefined if it succeeds. */
    readonly tryOut: (command: string, args: readonly string[]) => Promise<string | undefined>;
    readonly isRoot: boolean;
}

const thisSystem: System = {
    hostsFile: "/etc/hosts",
    tryOut: tryCommand,
    isRoot: process.getuid?.() === 0,
};

/**
 * Makes the names resolve for programs. On Linux, a program gets its own /etc/hosts, in a mount namespace; without root,
 * in a user namespace, which Ubuntu and Docker restrict. Elsewhere libpq has PGHOSTADDR, Java has its own hosts file
 * (`jdk.net.hosts.file`: openjdk/jdk src/java.base/share/classes/java/net/InetAddress.java), and Node.js has the
 * preload in `child.cjs`.
 *
 * @param chosen the host in PGHOST
 */
export async function resolveNames(
    places: readonly HostAddress[],
    chosen: string | undefined,
    system: System = thisSystem,
): Promise<NameResolution> {
    const unchanged = (command: string, args: readonly string[]) => [command, args] as const;
    const nothing = { complete: true, environment: {}, launch: unchanged, close: () => undefined };
    const existing = readIfThere(system.hostsFile) ?? "";
    const missing = places.filter((place) => !resolves(existing, place));
    const [sample] = missing;
    if (sample === undefined) {
        return nothing;
    }
    const dir = mkdtempSync(join(tmpdir(), "keyless-hosts-"));
    const file = join(dir, "hosts");
    const own = missing.map(({ host, address }) => `${address} ${host}\n`).join("");
    // The first line with a name counts.
    writeFileSync(file, `${own}${existing}`, { mode: 0o644 });
    const close = () => rmSync(dir, { recursive: true, force: true });
    const refusal = await system.tryOut(...inNamespace(file, system, "getent", ["hosts", sample.host]));
    if (refusal === undefined) {
        const launch: NameResolution["launch"] = (command, args) =>
            // Without the program, the caller's own error is clearer than that of the shell.
            isOnPath(command) ? inNamespace(file, system, command, args) : [command, args];
        return { complete: true, environment: {}, launch, close };
    }
    const address = places.find(({ host }) => host === chosen)?.address;
    const java = [process.env["JAVA_TOOL_OPTIONS"], `-Djdk.net.hosts.file=${file}`].filter(Boolean).join(" ");
    return {
        complete: false,
        environment: { ...(address === undefined ? {} : { PGHOSTADDR: address }), JAVA_TOOL_OPTIONS: java },
        advice: adviceFor(missing, refusal),
        launch: unchanged,
        close,
    };
}

/** A command in a mount namespace that has this hosts file. */
function inNamespace(
    file: string,
    { hostsFile, isRoot }: Pick<System, "hostsFile" | "isRoot">,
    command: string,
    args: readonly string[],
): readonly [command: string, args: readonly string[]] {
    // The user keeps the own id; the capabilities that mounting takes are dropped before the program starts.
    const namespaces = isRoot ? ["--mount"] : ["--user", "--map-current-user", "--keep-caps", "--mount"];
    const unprivileged = isRoot ? "" : "setpriv --inh-caps=-all --ambient-caps=-all -- ";
    const script = `mount --bind "$1" "$2" && shift 2 && exec ${unprivileged}"$@"`;
    return ["unshare", [...namespaces, "--", "sh", "-c", script, "sh", file, hostsFile, command, ...args]];
}

function tryCommand(command: string, args: readonly string[]): Promise<string | undefined> {
    if (process.platform !== "linux") {
        return Promise.resolve("only Linux has mount namespaces");
    }
    return new Promise((resolve) => {
        execFile(command, args, { encoding: "utf8" }, (error, _stdout, stderr) => {
            const said = stderr.trim().split("\n").at(-1);
            resolve(error === null ? undefined : said || error.message);
        });
    });
}

function isOnPath(command: string): boolean {
    return command.includes("/") || findExecutable(command, (process.env["PATH"] ?? "").split(delimiter)) !== undefined;
}

function resolves(hosts: string, { host, address }: HostAddress): boolean {
    const line = hosts
        .split("\n")
        .map((each) => each.replace(/#.*/, "").trim().split(/\s+/))
        .find(([, ...names]) => names.includes(host));
    return line?.[0] === address;
}

function adviceFor(missing: readonly HostAddress[], refusal: string): string {
    const concerned = "asyncpg, pg8000, Go's pgx and Rust's clients";
    const lines = missing.map(({ host, address }) => `${address} ${host}`).join(", ");
    return (
        `this system allows no private hosts file (${refusal}), so ${concerned} cannot resolve the databases' names, ` +
        `and libpq and Go's lib/pq reach only the database in PGHOST; Node.js and Java are not affected. To fix it, add to /etc/hosts: ${lines}`
    );
}
