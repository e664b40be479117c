// One run of the engine in a process of its own, as a command runs it: the request is on standard input, the number of
// resources by operation is the result.
import { readFileSync } from "node:fs";
import type { PulumiFn } from "@pulumi/pulumi/automation";

import type { Certificate } from "../../sandbox/postgres/authority";
import { InlineStack } from "../../test/support/inlineStack";
import { printJson } from "../../toolkit/terminal";
import { emptyProgram, tenantsProgram, type Server } from "./program";

export type Operation = "up" | "preview" | "refresh" | "destroy";

export interface Request {
    readonly operation: Operation;
    /** The stack's folder. */
    readonly dir: string;
    /** Folders with provider plugins that come before the stand-ins. */
    readonly plugins: readonly string[];
    /** Whether the state is a journal, or written whole at each step. */
    readonly journaled: boolean;
    /** Of tenants; without a server, of empty resources. */
    readonly count: number;
    readonly server?: Omit<Server, "clientCertificate"> & { readonly provisioner: Certificate };
}

async function main({ operation, dir, plugins, journaled, count, server }: Request): Promise<void> {
    const stack = await InlineStack.create(plugins, journaled, dir);
    const program =
        server === undefined
            ? emptyProgram(count)
            : await tenantsProgram({ ...server, clientCertificate: async () => server.provisioner }, count);
    printJson(await changes(stack, program, operation));
}

async function changes(
    stack: InlineStack,
    program: PulumiFn,
    operation: Operation,
): Promise<Readonly<Record<string, number>>> {
    switch (operation) {
        case "up":
            return (await stack.up(program)).changes;
        case "preview":
        case "refresh":
            return stack.preview(program, operation === "refresh");
        case "destroy":
            await stack.destroy(program);
            return {};
    }
}

void main(JSON.parse(readFileSync(0, "utf8")) as Request);
