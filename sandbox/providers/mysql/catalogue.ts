import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stateDir } from "../../../toolkit/paths";
import { ProviderError } from "../protocol/types";

/** A user as in `mysql.user`. */
export interface User {
    /** Its authentication plugin: `AWSAuthenticationPlugin`, … */
    readonly plugin: string;
    /** Its `REQUIRE` option: `NONE`, `SSL`, `X509`. */
    readonly tls: string;
}

/** A user's privileges on an object; `table` is `*` for all tables of the database. */
export interface Granted {
    readonly user: string;
    readonly database: string;
    readonly table: string;
    /** In capitals, sorted. */
    readonly privileges: readonly string[];
}

/** A server's state, as far as the provider changes it. */
export interface Contents {
    /** Character set and collation by database. */
    readonly databases: Readonly<Record<string, { readonly charset: string; readonly collation: string }>>;
    /** By `name@host`. */
    readonly users: Readonly<Record<string, User>>;
    readonly grants: readonly Granted[];
}

const nothing: Contents = { databases: {}, users: {}, grants: [] };

/**
 * The state of a MySQL server after the provider's statements. There is no server behind it: no package that the
 * sandbox could install contains one, and none has Amazon's plugin. `npm run conformance:mysql` runs the same
 * statements on a real server.
 */
export class Catalogue {
    private readonly file: string;

    constructor(endpoint: string) {
        this.file = stateDir("mysql", `${endpoint.replace(/[^\w.-]/g, "-")}.json`);
    }

    read(): Contents {
        return existsSync(this.file) ? (JSON.parse(readFileSync(this.file, "utf8")) as Contents) : nothing;
    }

    /** One provider process serves one server, and this function is synchronous: changes cannot interleave. */
    change(edit: (contents: Contents) => Contents): void {
        const next = edit(this.read());
        mkdirSync(dirname(this.file), { recursive: true });
        writeFileSync(`${this.file}.new`, JSON.stringify(next, undefined, 4));
        renameSync(`${this.file}.new`, this.file);
    }
}

/** The state of all servers of the sandbox. */
export function keptCatalogues(): Contents[] {
    const folder = stateDir("mysql");
    return existsSync(folder)
        ? readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Contents)
        : [];
}

/** An error in MySQL's own words: https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html */
export function mysqlError(code: number, message: string): ProviderError {
    return new ProviderError(`Error ${code}: ${message}`);
}
