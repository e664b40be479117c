import { createHash, randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { cloudDir } from "./folders";

/** Plain JSON: can be written to a file and read back unchanged. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Named JSON values. */
export type JsonProps = Record<string, Json>;

/** One object of the stand-in cloud: a VPC, a role, a database cluster, a namespace. */
export interface CloudObject {
    /** Pulumi's type token: `aws:rds/cluster:Cluster`. */
    readonly type: string;
    /** Its id in Pulumi; unique within type, account and region. */
    readonly id: string;
    /** Its region; `aws-global` (or `aws-cn-global`, …) for objects without one, such as IAM's. */
    readonly region: string;
    readonly account: string;
    /** The arguments of the request. */
    readonly inputs: JsonProps;
    /** All outputs, including the inputs. */
    readonly state: JsonProps;
}

/** Narrows a look-up to some of the objects with one id; all of them unless given. */
export interface Scope {
    readonly region?: string;
    readonly account?: string;
}

/**
 * Stores the stand-ins' objects: one JSON file per object, one folder per type. Several processes read and write at
 * once (each provider instance is one): files are created, replaced and removed atomically, and every call reads the
 * disk, so a process never sees stale or half-written objects.
 */
export class Store {
    constructor(private readonly dir: string = cloudDir()) {}

    /** The object with this id; the first one if several places have it. */
    get(type: string, id: string, place: Scope = {}): CloudObject | undefined {
        const found = this.files(type, place, id)[0];
        return found === undefined ? undefined : read(found);
    }

    /** All objects of a type, ordered by account, region and id. */
    list(type: string, place: Scope = {}): CloudObject[] {
        return this.files(type, place)
            .map(read)
            .filter((object) => object !== undefined);
    }

    /** Writes an object and replaces an older one with the same type, place and id. */
    put(object: CloudObject): void {
        this.write(object, renameSync);
    }

    /** Writes an object only if none with that type, place and id exists; returns false if one does. */
    add(object: CloudObject): boolean {
        try {
            this.write(object, linkSync);
            return true;
        } catch (error) {
            if (isErrno(error, "EEXIST")) {
                return false;
            }
            throw error;
        }
    }

    /** Removes an object, everywhere unless a place is given; does nothing if it does not exist. */
    remove(type: string, id: string, place: Scope = {}): void {
        for (const file of this.files(type, place, id)) {
            rmSync(file, { force: true });
        }
    }

    private write(object: CloudObject, place: (from: string, to: string) => void): void {
        const folder = this.folder(object.type);
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        const temporary = join(folder, `.${randomUUID()}`);
        try {
            writeFileSync(temporary, JSON.stringify(object, undefined, 4), { mode: 0o600 });
            place(temporary, this.file(object));
        } finally {
            rmSync(temporary, { force: true });
        }
    }

    private folder(type: string): string {
        return join(this.dir, encodeURIComponent(type));
    }

    private file(object: CloudObject): string {
        return join(this.folder(object.type), fileName(object.account, object.region, object.id));
    }

    /** The files that hold objects of a type. Their names identify them, so a look-up opens one file. */
    private files(type: string, place: Scope, id?: string): string[] {
        const folder = this.folder(type);
        if (place.account !== undefined && place.region !== undefined && id !== undefined) {
            return [join(folder, fileName(place.account, place.region, id))];
        }
        const wanted = [place.account, place.region, id === undefined ? undefined : `${fileSafe(id)}.json`];
        return fileNames(folder)
            .filter(
                (name) =>
                    name.endsWith(".json") &&
                    name.split(" ").every((part, i) => wanted[i] === undefined || wanted[i] === part),
            )
            .map((name) => join(folder, name));
    }
}

function fileName(account: string, region: string, id: string): string {
    return `${account} ${region} ${fileSafe(id)}.json`;
}

/** Ids can contain slashes and be long (ARNs, log group names); a file name holds 255 bytes. */
function fileSafe(id: string): string {
    const encoded = encodeURIComponent(id);
    return encoded.length <= 180
        ? encoded
        : `${encoded.slice(0, 140)}~${createHash("sha256").update(id).digest("hex").slice(0, 32)}`;
}

function read(file: string): CloudObject | undefined {
    try {
        return JSON.parse(readFileSync(file, "utf8")) as CloudObject;
    } catch (error) {
        if (isErrno(error, "ENOENT")) {
            return undefined;
        }
        throw error;
    }
}

function fileNames(folder: string): string[] {
    try {
        return readdirSync(folder).sort();
    } catch (error) {
        if (isErrno(error, "ENOENT")) {
            return [];
        }
        throw error;
    }
}

function isErrno(error: unknown, code: string): boolean {
    return error instanceof Error && "code" in error && error.code === code;
}
