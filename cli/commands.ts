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
    /** It works in the sandbox only. */
    readonly sandbox?: true;
    load(): Loaded;
}

// Loading the modules of other commands would cost seconds: the engine's SDK alone takes half of one.
const load = createRequire(__filename);

/** All commands by their names. */
export const commands: Readonly<Record<string, Command>> = {
    start: {
        summary: "deploy a stack to the sandbox and attempt every access for real",
        sandbox: true,
        load: () => {
            const { USAGE, start: run } = load("./sandbox/start") as typeof import("./sandbox/start");
            return { USAGE, run };
        },
    },
    preview: {
        summary: "show what start would change",
        sandbox: true,
        load: () => {
            const { USAGE, preview: run } = load("./sandbox/preview") as typeof import("./sandbox/preview");
            return { USAGE, run };
        },
    },
    down: {
        summary: "destroy a stack in the sandbox and stop its servers",
        sandbox: true,
        load: () => {
            const { USAGE, down: run } = load("./sandbox/down") as typeof import("./sandbox/down");
            return { USAGE, run };
        },
    },
    access: {
        summary: "compute who can reach which data, compare two versions, check assertions",
        load: () => {
            const { USAGE, access: run } = load("./access") as typeof import("./access");
            return { USAGE, run };
        },
    },
    env: {
        summary: "print the environment variables that point plain pulumi at the sandbox",
        sandbox: true,
        load: () => {
            const { USAGE, env: run } = load("./sandbox/env") as typeof import("./sandbox/env");
            return { USAGE, run };
        },
    },
    serve: {
        summary: "run the sandbox's databases until interrupted",
        sandbox: true,
        load: () => {
            const { USAGE, serve: run } = load("./sandbox/serve") as typeof import("./sandbox/serve");
            return { USAGE, run };
        },
    },
    run: {
        summary: "run a program as a workload: a pod, an instance, a task, a function, a person",
        sandbox: true,
        load: () => {
            const { USAGE, run } = load("./sandbox/run") as typeof import("./sandbox/run");
            return { USAGE, run };
        },
    },
    job: {
        summary: "run a Kubernetes Job of the sandbox as its pod would",
        sandbox: true,
        load: () => {
            const { USAGE, job: run } = load("./sandbox/job") as typeof import("./sandbox/job");
            return { USAGE, run };
        },
    },
    psql: {
        summary: "open psql as a workload, signed in with a token",
        sandbox: true,
        load: () => {
            const { USAGE, psql: run } = load("./sandbox/psql") as typeof import("./sandbox/psql");
            return { USAGE, run };
        },
    },
    token: {
        summary: "print a workload's database token",
        sandbox: true,
        load: () => {
            const { USAGE, token: run } = load("./sandbox/token") as typeof import("./sandbox/token");
            return { USAGE, run };
        },
    },
    engine: {
        summary: "find or install the Pulumi engine, and print its path",
        sandbox: true,
        load: () => {
            const { USAGE, engine: run } = load("./sandbox/engine") as typeof import("./sandbox/engine");
            return { USAGE, run };
        },
    },
    bootstrap: {
        summary: "create the provisioner's login in a database on AWS, once",
        load: () => {
            const { USAGE, bootstrap: run } = load("./bootstrap") as typeof import("./bootstrap");
            return { USAGE, run };
        },
    },
    adopt: {
        summary: "write a config for a running database that changes nobody's rights, and compare rights afterwards",
        load: () => {
            const { USAGE, adopt: run } = load("./adopt") as typeof import("./adopt");
            return { USAGE, run };
        },
    },
    doctor: {
        summary: "check, before anything is touched, what an existing database, cluster and account need",
        load: () => {
            const { USAGE, doctor: run } = load("./doctor") as typeof import("./doctor");
            return { USAGE, run };
        },
    },
    drift: {
        summary: "compare the database's catalogs with what the stack declares, and fix differences",
        load: () => {
            const { USAGE, drift: run } = load("./drift") as typeof import("./drift");
            return { USAGE, run };
        },
    },
    sessions: {
        summary: "list database sessions, and end those whose login has lost access",
        load: () => {
            const { USAGE, sessions: run } = load("./sessions") as typeof import("./sessions");
            return { USAGE, run };
        },
    },
    migration: {
        summary: "show which services still use a database password, and what their next step is",
        load: () => {
            const { USAGE, migration: run } = load("./migration") as typeof import("./migration");
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
    "deployer-policy": {
        summary: "print the least IAM policies with which pulumi can deploy a stack",
        sandbox: true,
        load: () => {
            const { USAGE, deployerPolicy: run } = load(
                "./sandbox/deployerPolicy",
            ) as typeof import("./sandbox/deployerPolicy");
            return { USAGE, run };
        },
    },
    documents: {
        summary: "write every IAM document that stacks emit to a folder",
        sandbox: true,
        load: () => {
            const { USAGE, documents: run } = load("./sandbox/documents") as typeof import("./sandbox/documents");
            return { USAGE, run };
        },
    },
    conformance: {
        summary: "validate stacks' Kubernetes objects against a real API server",
        sandbox: true,
        load: () => {
            const { USAGE, conformance: run } = load("./sandbox/conformance") as typeof import("./sandbox/conformance");
            return { USAGE, run };
        },
    },
    fleet: {
        summary: "divide tenants among access stacks, and run Pulumi on many of them",
        load: () => {
            const { USAGE, fleet: run } = load("./fleet") as typeof import("./fleet");
            return { USAGE, run };
        },
    },
    tunnel: {
        summary: "open a tunnel through the bastion to the database on AWS",
        load: () => {
            const { USAGE, tunnel: run } = load("./tunnel") as typeof import("./tunnel");
            return { USAGE, run };
        },
    },
    lint: {
        summary: "check that IAM documents in JSON reach exactly the database users that they name",
        load: () => {
            const { USAGE, lint: run } = load("./lint") as typeof import("./lint");
            return { USAGE, run };
        },
    },
};
