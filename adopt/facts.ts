import type { Known } from "../doctor/facts";
import type { Facts } from "../drift/index";
import type { Sql } from "../toolkit/sql";

/** What a config is written from. */
export interface AdoptFacts {
    /** The database to adopt. */
    readonly database: string;
    readonly server: Facts;
    readonly workloads: Known<readonly Workload[]>;
}

/** Pods whose environment names a login of the database. */
export interface Workload {
    readonly login: string;
    readonly namespace: string;
    readonly serviceAccount: string;
    /** What runs the pods, such as `Deployment shop`. */
    readonly name: string;
}

/** What stays as it is in the database, and no key of the config states. */
export interface Unexpressed {
    readonly what: string;
    /** The statement that would give it again. */
    readonly sql: Sql;
    readonly why: string;
}
