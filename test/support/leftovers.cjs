// What tests left behind. Each process of `npm test` has folders of its own for all that its tests create, and passes them on to
// the processes that these start, so that nothing of another copy of Keyless on this machine counts.
const {
    chmodSync,
    existsSync,
    lstatSync,
    mkdirSync,
    mkdtempSync,
    readFileSync,
    readlinkSync,
    readdirSync,
    rmSync,
    symlinkSync,
} = require("node:fs");
const { tmpdir, userInfo } = require("node:os");
const { join } = require("node:path");

const { temporaryDir } = require("../../sandbox/postgres/temporaryDir.cjs");

/** In the temporary folder: what Node and tsx compile once and use again, in any process. */
const SHARED = [`tsx-${userInfo().uid}`, "node-compile-cache"];
/** The folders there of Keyless and of its tests; other programs keep there what they use again. */
const OURS = /^keyless-/;

/**
 * Makes the folders below a new one, whose path must be short: the servers' Unix sockets are in it.
 *
 * @returns {{ root: string, environment: { TMPDIR: string, KEYLESS_STATE: string, KEYLESS_SERVERS: string } }} of a process
 */
function makeFolders() {
    const root = mkdtempSync(join(temporaryDir(), "keyless-"));
    chmodSync(root, 0o711);
    const environment = { TMPDIR: join(root, "tmp"), KEYLESS_STATE: join(root, "state"), KEYLESS_SERVERS: root };
    mkdirSync(environment.TMPDIR);
    for (const name of SHARED) {
        mkdirSync(join(tmpdir(), name), { recursive: true });
        symlinkSync(join(tmpdir(), name), join(environment.TMPDIR, name), "junction");
    }
    return { root, environment };
}

/**
 * What is in the folders, and the processes that still run with them: one line each.
 *
 * @param {string} root
 * @returns {string[]}
 */
function leftIn(root) {
    return [...foldersIn(root), ...processesOf(root).map(({ pid, command }) => `process ${pid}: ${command}`)];
}

function foldersIn(root) {
    const known = new Set(["tmp", "state"]);
    return [
        ...namesIn(root).filter((name) => !known.has(name)),
        // The folder of its locks stays when none is held.
        ...namesIn(join(root, "state"))
            .map((name) => join("state", name))
            .filter((name) => hasFile(join(root, name))),
        ...namesIn(join(root, "tmp"))
            .filter((name) => OURS.test(name))
            .map((name) => join("tmp", name)),
    ].map((name) => join(root, name));
}

function hasFile(path) {
    return !lstatSync(path).isDirectory() || readdirSync(path).some((name) => hasFile(join(path, name)));
}

function namesIn(folder) {
    return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/**
 * The processes that got these folders by their environment, and those of programs in them, which are the servers; not those that only
 * mention a folder, which may be anybody's. None on a system without /proc.
 *
 * @param {string} root
 */
function processesOf(root) {
    if (!existsSync("/proc")) {
        return [];
    }
    return processesThat((pid) => {
        const variables = textOf(`/proc/${pid}/environ`).split("\0");
        return variables.includes(`KEYLESS_SERVERS=${root}`) || programOf(pid).startsWith(`${root}/`);
    });
}

/**
 * Others than this one, by the names of their folders in /proc. Throws without /proc, so that nobody takes that for none.
 *
 * @param {(pid: string) => boolean} isMeant
 */
function processesThat(isMeant) {
    return (
        readdirSync("/proc")
            .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid && isMeant(name))
            .map((pid) => ({ pid: Number(pid), command: textOf(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim() }))
            // Without a command line: one that has ended, and is not reaped yet.
            .filter(({ command }) => command !== "")
    );
}

function programOf(pid) {
    try {
        return readlinkSync(`/proc/${pid}/exe`);
    } catch {
        return "";
    }
}

/** @param {string} file */
function textOf(file) {
    try {
        return readFileSync(file, "utf8");
    } catch {
        return "";
    }
}

/**
 * Ends the processes and removes the folders.
 *
 * @param {string} root
 */
function removeAll(root) {
    for (const { pid } of processesOf(root)) {
        try {
            process.kill(pid, "SIGKILL");
        } catch {
            // It has ended meanwhile.
        }
    }
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
}

module.exports = { makeFolders, leftIn, processesOf, processesThat, textOf, removeAll };
