import { createHash, randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { stateDir } from "../paths";

/** Plain JSON: what can be written to a file and read back unchanged. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Named JSON values. */
export type JsonProps = Record<string, Json>;

/** One object of the stand-in cloud: a VPC, a role, a database cluster, a namespace. */
export interface CloudObject {
    /** Pulumi's type token: `aws:rds/cluster:Cluster`. */
    readonly type: string;
    /** The id that Pulumi knows it by; unique within type and region. */
    readonly id: string;
    /** The region it lives in; `aws-global` (or `aws-cn-global`, …) for what has none, such as IAM. */
    readonly region: string;
    readonly account: string;
    /** What was asked for. */
    readonly inputs: JsonProps;
    /** All outputs, the inputs among them. */
    readonly state: JsonProps;
}

/**
 * Where the stand-ins keep what they made: one JSON file per object, below one folder per type. Several processes read
 * and write at once (each provider instance is one): a file appears, changes and goes away as a whole, and every call
 * reads the disk, so nobody sees stale or half-written objects.
 */
export class Store {
    constructor(private readonly dir: string = stateDir("cloud")) {}

    /** The object of this id; without a region, the first of that id in any region. */
    get(type: string, id: string, region?: string): CloudObject | undefined {
        if (region !== undefined) {
            return read(this.file(type, region, id));
        }
        const name = fileNames(this.folder(type)).find((each) => each.endsWith(` ${fileSafe(id)}.json`));
        return name === undefined ? undefined : read(join(this.folder(type), name));
    }

    /** All objects of a type, in all regions unless one is named, ordered by region and id. */
    list(type: string, region?: string): CloudObject[] {
        const folder = this.folder(type);
        const objects = fileNames(folder)
            .filter((name) => name.endsWith(".json") && (region === undefined || name.startsWith(`${region} `)))
            .map((name) => read(join(folder, name)));
        return objects.filter((object) => object !== undefined);
    }

    /** Writes an object, over an older one of the same type, region and id. */
    put(object: CloudObject): void {
        this.write(object, renameSync);
    }

    /** Writes an object only if there is none of that type, region and id; false if there was. */
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

    /** Removes an object; nothing happens if it is not there. Without a region: of that id in every region. */
    remove(type: string, id: string, region?: string): void {
        const ending = ` ${fileSafe(id)}.json`;
        for (const name of fileNames(this.folder(type))) {
            if (region === undefined ? name.endsWith(ending) : name === `${region}${ending}`) {
                rmSync(join(this.folder(type), name), { force: true });
            }
        }
    }

    private write(object: CloudObject, place: (from: string, to: string) => void): void {
        const folder = this.folder(object.type);
        mkdirSync(folder, { recursive: true });
        const temporary = join(folder, `.${randomUUID()}`);
        try {
            writeFileSync(temporary, JSON.stringify(object, undefined, 4));
            place(temporary, this.file(object.type, object.region, object.id));
        } finally {
            rmSync(temporary, { force: true });
        }
    }

    private folder(type: string): string {
        return join(this.dir, encodeURIComponent(type));
    }

    private file(type: string, region: string, id: string): string {
        return join(this.folder(type), `${region} ${fileSafe(id)}.json`);
    }
}

/** Ids may hold slashes and be long (ARNs, log group names); a file's name holds 255 bytes. */
function fileSafe(id: string): string {
    const encoded = encodeURIComponent(id);
    return encoded.length <= 180 ? encoded : `${encoded.slice(0, 140)}~${createHash("sha256").update(id).digest("hex").slice(0, 32)}`;
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
