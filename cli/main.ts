import { createRequire } from "node:module";
import { inspect } from "node:util";

import { SettingsError } from "../config/problems";
import { projectDir } from "../sandbox/paths";
import { UserError } from "../sandbox/problem";
import { type Shown, inLines, padded, quoted, shown } from "../toolkit/shown";
import { drained, print, tell } from "../toolkit/terminal";
import { interrupt } from "./interrupt";

interface Command {
    readonly summary: string;
    /** Loads the command's code (only then) and runs it; returns the exit code. */
    run(args: string[]): Promise<number>;
}

// Loading what another command needs would cost seconds: the engine's SDK alone takes half of one.
const load = createRequire(__filename);

const commands: Record<string, Command> = {
    start: {
        summary: "bring a stack up in the sandbox and try every access for real",
        run: (args) => (load("./start") as typeof import("./start")).start(args),
    },
    preview: {
        summary: "show what start would change",
        run: (args) => (load("./preview") as typeof import("./preview")).preview(args),
    },
    down: {
        summary: "remove a stack from the sandbox and stop what runs",
        run: (args) => (load("./down") as typeof import("./down")).down(args),
    },
    access: {
        summary: "compute who can reach which data, compare two versions, check what must hold",
        run: (args) => (load("./access") as typeof import("./access")).access(args),
    },
    env: {
        summary: "print the environment in which the plain pulumi command works on the sandbox's stacks",
        run: (args) => (load("./env") as typeof import("./env")).env(args),
    },
    serve: {
        summary: "run the sandbox's databases until interrupted",
        run: (args) => (load("./serve") as typeof import("./serve")).serve(args),
    },
    run: {
        summary: "run a program as a workload: a pod, an instance, a task, a function, a person",
        run: (args) => (load("./run") as typeof import("./run")).run(args),
    },
    job: {
        summary: "run a Kubernetes Job of the sandbox, as its pod would",
        run: (args) => (load("./job") as typeof import("./job")).job(args),
    },
    psql: {
        summary: "open psql as a workload, signed in with a token",
        run: (args) => (load("./psql") as typeof import("./psql")).psql(args),
    },
    token: {
        summary: "print a workload's database token",
        run: (args) => (load("./token") as typeof import("./token")).token(args),
    },
    engine: {
        summary: "find the Pulumi engine, or get it, and print where it is",
        run: (args) => (load("./engine") as typeof import("./engine")).engine(args),
    },
    bootstrap: {
        summary: "make the provisioner's login in a database on AWS, once",
        run: (args) => (load("./bootstrap") as typeof import("./bootstrap")).bootstrap(args),
    },
    audit: {
        summary: "compare the database's catalogs with what the stack declares, and mend what differs",
        run: (args) => (load("./audit") as typeof import("./audit")).audit(args),
    },
    sessions: {
        summary: "list who is connected to the database, and end those who should not be",
        run: (args) => (load("./sessions") as typeof import("./sessions")).sessions(args),
    },
    export: {
        summary: "write a tenant's schema and data to a file, as pg_dump does",
        run: (args) => (load("./export") as typeof import("./export")).exportTenant(args),
    },
    documents: {
        summary: "write every IAM document that stacks emit to a folder",
        run: (args) => (load("./documents") as typeof import("./documents")).documents(args),
    },
    conformance: {
        summary: "show stacks' Kubernetes objects to a real API server",
        run: (args) => (load("./conformance") as typeof import("./conformance")).conformance(args),
    },
    tunnel: {
        summary: "open a way through the bastion to the database on AWS",
        run: (args) => (load("./tunnel") as typeof import("./tunnel")).tunnel(args),
    },
    lint: {
        summary: "judge IAM documents in JSON: do they reach exactly the database users that they name?",
        run: (args) => (load("./lint") as typeof import("./lint")).lint(args),
    },
};

async function main([name, ...args]: string[]): Promise<number> {
    if (name === undefined || name === "--help" || name === "help") {
        print(help());
        return name === undefined ? 2 : 0;
    }
    const command = commands[name];
    if (command === undefined) {
        throw new UserError(`there is no command ${JSON.stringify(name)}; there are ${Object.keys(commands).join(", ")}`);
    }
    return command.run(args);
}

function help(): Shown {
    const width = Math.max(...Object.keys(commands).map((name) => name.length));
    const lines = Object.entries(commands).map(([name, { summary }]) => shown`  ${padded(name, width)}  ${summary}`);
    return inLines([shown`usage: keyless COMMAND [OPTIONS]    (keyless COMMAND --help tells the options)`, "", ...lines]);
}

/** What is told to the person at the terminal: no stack for what they can mend. */
function tellWhy(error: unknown): number {
    if (interrupt.aborted) {
        tell("interrupted; the same command goes on from here");
        return 130;
    }
    if (error instanceof UserError || error instanceof SettingsError) {
        tell(error.shown);
        return 2;
    }
    tell(quoted(inspect(error)));
    return 1;
}

// The program's paths start at the project's folder, wherever the command was called.
process.chdir(projectDir);
process.on("uncaughtException", (error) => void endWith(tellWhy(error)));
void main(process.argv.slice(2)).catch(tellWhy).then(endWith);

async function endWith(code: number): Promise<void> {
    await drained();
    process.exit(code);
}
