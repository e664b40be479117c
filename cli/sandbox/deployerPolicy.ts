import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { deployerPolicies, type PrincipalPolicies } from "../../deployer/policy";
import { projectDir } from "../../toolkit/paths";
import { withPath } from "../../toolkit/system/userFile";
import { inLines, json, shown } from "../../toolkit/shown";
import { print, tell } from "../../toolkit/terminal";
import { UserError } from "../../toolkit/userError";
import { readOptions, stackOptions, stackUsage, userPath } from "../command/options";
import { accountIn, connectionsOf, foresightOf, signsIn } from "./deployerForesight";
import { previewDigest } from "./digest";

export const USAGE = shown`usage: keyless deployer-policy [OPTIONS]

Prints the IAM policies that the principal needs that runs pulumi up, refresh and destroy for
a stack, and nothing else: the actions that its resources require, on the names and with the
tags that the stack gives them. Each document fits a managed policy; attach all of them.
Computed from a preview in the sandbox, so nothing has to exist yet.

${stackUsage}
  --account ID               the account of that principal (default: the one of
                             keyless:permissionsBoundary or aws:allowedAccountIds)
  --database-resource-id ID  the resource id of the database that the program signs in to, the
                             output clusterResourceId of its stack; without it, the policies do
                             not contain rds-db:connect, which the run after the bootstrap needs
  --out DIR                  write each document to a file of its own
  --json                     print one JSON object, for start --deployer-policy`;

/** One policy of a principal. */
interface Policy {
    readonly name: string;
    readonly document: unknown;
}

/** What `--json` prints. */
export interface DeployerPolicies {
    readonly stack: string;
    readonly principals: readonly {
        /** ARN of a role that the program assumes; empty for the principal that runs it. */
        readonly role: string;
        readonly account: string;
        readonly policies: readonly Policy[];
        /** What `keyless bootstrap` needs in addition, once. */
        readonly bootstrap: readonly Policy[];
    }[];
}

export async function deployerPolicy(args: string[]): Promise<number> {
    const options = readOptions(args, USAGE, {
        ...stackOptions,
        account: { type: "string" },
        "database-resource-id": { type: "string" },
        out: { type: "string" },
        json: { type: "boolean", default: false },
    });
    if (options === undefined) {
        return 0;
    }
    const { stack, account: given, "database-resource-id": database } = options;
    if (given !== undefined && !/^\d{12}$/.test(given)) {
        throw new UserError(`--account is ${JSON.stringify(given)}; expected the 12 digits of an AWS account`);
    }
    if (database !== undefined && !/^(cluster|db)-[A-Z0-9]+$/.test(database)) {
        throw new UserError(
            `--database-resource-id is ${JSON.stringify(database)}; expected cluster-… of Aurora or db-… of RDS, which the output clusterResourceId has`,
        );
    }
    const file = options["config-file"];
    const configFile = file === undefined ? undefined : userPath(file);
    const digest = await previewDigest({ stack, root: projectDir, configFile });
    const foresight = foresightOf(digest);
    const account = given ?? accountIn(foresight.config);
    if (account === undefined) {
        throw new UserError(
            "--account is missing, and neither keyless:permissionsBoundary nor aws:allowedAccountIds names one: pass the account of the principal that runs pulumi",
        );
    }
    const connections = database === undefined ? [] : connectionsOf(foresight, account, database);
    const result = named(stack, deployerPolicies(foresight, account, connections));
    if (database === undefined && signsIn(foresight)) {
        tell(
            "without rds-db:connect, which the run after the bootstrap needs: pass --database-resource-id with the output clusterResourceId",
        );
    }
    if (options.out !== undefined) {
        writeTo(userPath(options.out), result);
    }
    print(options.json ? json(result) : asText(result));
    return 0;
}

function named(stack: string, all: readonly PrincipalPolicies[]): DeployerPolicies {
    return {
        stack,
        principals: all.map(({ role, account, documents, bootstrap }) => {
            const whose = role === "" ? "" : `-${account}`;
            const policies = (kind: string, each: readonly unknown[]): readonly Policy[] =>
                each.map((document, index) => ({
                    name: `${stack}${whose}-${kind}${each.length > 1 ? `-${index + 1}` : ""}`,
                    document,
                }));
            return {
                role,
                account,
                policies: policies("deployer", documents),
                bootstrap: policies("bootstrap", bootstrap),
            };
        }),
    };
}

function writeTo(folder: string, { principals }: DeployerPolicies): void {
    withPath(folder, () => mkdirSync(folder, { recursive: true }));
    for (const { name, document } of principals.flatMap(({ policies, bootstrap }) => [...policies, ...bootstrap])) {
        const path = join(folder, `${name}.json`);
        withPath(path, () => writeFileSync(path, `${JSON.stringify(document, undefined, 4)}\n`));
    }
}

function asText({ principals }: DeployerPolicies) {
    return inLines(
        principals.flatMap(({ role, account, policies, bootstrap }) => [
            role === ""
                ? shown`# for the principal in the account ${account} that runs pulumi`
                : shown`# for the role ${role}, which the program assumes`,
            ...policies.flatMap(lines),
            ...(bootstrap.length === 0 ? [] : [shown`# in addition, for keyless bootstrap, once`]),
            ...bootstrap.flatMap(lines),
        ]),
    );
}

function lines({ name, document }: Policy) {
    return [shown`# ${name}`, json(document)];
}
