import { createRequire } from "node:module";

import type { Shown } from "../toolkit/shown";

/** A command's code. */
export interface Loaded {
    /** What `--help` prints. */
    readonly USAGE: Shown;
    /** Returns the exit code. */
    run(args: string[]): Promise<number>;
}

export interface Command {
    readonly summary: string;
    load(): Loaded;
}

// Loading what another command needs would cost seconds: the engine's SDK alone takes half of one.
const load = createRequire(__filename);

/** All commands by their names. */
export const commands: Readonly<Record<string, Command>> = {
    start: {
        summary: "bring a stack up in the sandbox and try every access for real",
        load: () => {
            const { USAGE, start: run } = load("./start") as typeof import("./start");
            return { USAGE, run };
        },
    },
    preview: {
        summary: "show what start would change",
        load: () => {
            const { USAGE, preview: run } = load("./preview") as typeof import("./preview");
            return { USAGE, run };
        },
    },
    down: {
        summary: "remove a stack from the sandbox and stop what runs",
        load: () => {
            const { USAGE, down: run } = load("./down") as typeof import("./down");
            return { USAGE, run };
        },
    },
    access: {
        summary: "compute who can reach which data, compare two versions, check what must hold",
        load: () => {
            const { USAGE, access: run } = load("./access") as typeof import("./access");
            return { USAGE, run };
        },
    },
    env: {
        summary: "print the environment in which the plain pulumi command works on the sandbox's stacks",
        load: () => {
            const { USAGE, env: run } = load("./env") as typeof import("./env");
            return { USAGE, run };
        },
    },
    serve: {
        summary: "run the sandbox's databases until interrupted",
        load: () => {
            const { USAGE, serve: run } = load("./serve") as typeof import("./serve");
            return { USAGE, run };
        },
    },
    run: {
        summary: "run a program as a workload: a pod, an instance, a task, a function, a person",
        load: () => {
            const { USAGE, run } = load("./run") as typeof import("./run");
            return { USAGE, run };
        },
    },
    job: {
        summary: "run a Kubernetes Job of the sandbox, as its pod would",
        load: () => {
            const { USAGE, job: run } = load("./job") as typeof import("./job");
            return { USAGE, run };
        },
    },
    psql: {
        summary: "open psql as a workload, signed in with a token",
        load: () => {
            const { USAGE, psql: run } = load("./psql") as typeof import("./psql");
            return { USAGE, run };
        },
    },
    token: {
        summary: "print a workload's database token",
        load: () => {
            const { USAGE, token: run } = load("./token") as typeof import("./token");
            return { USAGE, run };
        },
    },
    engine: {
        summary: "find the Pulumi engine, or get it, and print where it is",
        load: () => {
            const { USAGE, engine: run } = load("./engine") as typeof import("./engine");
            return { USAGE, run };
        },
    },
    bootstrap: {
        summary: "make the provisioner's login in a database on AWS, once",
        load: () => {
            const { USAGE, bootstrap: run } = load("./bootstrap") as typeof import("./bootstrap");
            return { USAGE, run };
        },
    },
    drift: {
        summary: "compare the database's catalogs with what the stack declares, and mend what differs",
        load: () => {
            const { USAGE, drift: run } = load("./drift") as typeof import("./drift");
            return { USAGE, run };
        },
    },
    sessions: {
        summary: "list who is connected to the database, and end those who should not be",
        load: () => {
            const { USAGE, sessions: run } = load("./sessions") as typeof import("./sessions");
            return { USAGE, run };
        },
    },
    export: {
        summary: "write a tenant's schema and data to a file, as pg_dump does",
        load: () => {
            const { USAGE, exportTenant: run } = load("./export") as typeof import("./export");
            return { USAGE, run };
        },
    },
    documents: {
        summary: "write every IAM document that stacks emit to a folder",
        load: () => {
            const { USAGE, documents: run } = load("./documents") as typeof import("./documents");
            return { USAGE, run };
        },
    },
    conformance: {
        summary: "show stacks' Kubernetes objects to a real API server",
        load: () => {
            const { USAGE, conformance: run } = load("./conformance") as typeof import("./conformance");
            return { USAGE, run };
        },
    },
    tunnel: {
        summary: "open a way through the bastion to the database on AWS",
        load: () => {
            const { USAGE, tunnel: run } = load("./tunnel") as typeof import("./tunnel");
            return { USAGE, run };
        },
    },
    lint: {
        summary: "judge IAM documents in JSON: do they reach exactly the database users that they name?",
        load: () => {
            const { USAGE, lint: run } = load("./lint") as typeof import("./lint");
            return { USAGE, run };
        },
    },
};
