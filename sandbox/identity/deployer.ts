import { existsSync, readFileSync, rmSync } from "node:fs";

import { parseDocument } from "../../policy/iam";
import type { Permissions } from "../../policy/iam";
import { isRecord } from "../../toolkit/record";
import { reason, shown } from "../../toolkit/shown";
import { writeWhole } from "../../toolkit/system/files";
import { UserError } from "../../toolkit/userError";
import { SANDBOX_ACCOUNT } from "../cloud/aws/cloud";
import { deployerFile } from "../cloud/folders";

/** The policies of principals, as `keyless deployer-policy --json` prints them. */
interface Limited {
    readonly principals: readonly {
        /** ARN of a role that the program assumes; empty for the principal that runs it. */
        readonly role: string;
        readonly account: string;
        readonly policies: readonly { readonly document: unknown }[];
    }[];
}

/**
 * Gives these policies to the principals that run the program and to the roles that it assumes, and takes all others from them; without
 * any, they are administrators again. The account of the principal that runs the program becomes the sandbox's.
 *
 * @param text the text of a file that the user named
 * @throws UserError for text that does not contain policies
 */
export function limitDeployer(text: string | undefined): void {
    if (text === undefined) {
        rmSync(deployerFile(), { force: true });
        return;
    }
    const { principals } = parse(text);
    const own = principals.find(({ role }) => role === "")?.account;
    writeWhole(deployerFile(), own === undefined ? text : text.replaceAll(own, SANDBOX_ACCOUNT));
}

function parse(text: string): Limited {
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch (error) {
        throw new UserError(shown`--deployer-policy can't be read as JSON: ${reason(error)}; ${EXPECTED}`);
    }
    const principals: unknown = isRecord(value) ? value["principals"] : undefined;
    if (!Array.isArray(principals) || !principals.every(isPrincipal)) {
        throw new UserError(`--deployer-policy has no principals with policies; ${EXPECTED}`);
    }
    const broken = principals
        .flatMap(({ policies }) => policies)
        .flatMap(({ document }) => parseDocument(document, "identity").problems);
    if (broken.length > 0) {
        throw new UserError(`--deployer-policy contains a document that IAM would reject: ${broken.join("; ")}`);
    }
    return { principals };
}

const EXPECTED = "pass a file that keyless deployer-policy --json has written";

function isPrincipal(value: unknown): value is Limited["principals"][number] {
    return (
        isRecord(value) &&
        typeof value["role"] === "string" &&
        typeof value["account"] === "string" &&
        Array.isArray(value["policies"]) &&
        value["policies"].every(isRecord)
    );
}

/**
 * The policies that a run gives to the principal that runs the program, or to a role that it assumes; undefined if it gives none. Then
 * the former is the account's administrator, and a role has its own policies.
 */
export function deployerPermissions(role: string): Permissions | undefined {
    const file = deployerFile();
    if (!existsSync(file)) {
        return undefined;
    }
    const { principals } = JSON.parse(readFileSync(file, "utf8")) as Limited;
    const found = principals.filter((one) => one.role === role);
    return found.length === 0 && role !== ""
        ? undefined
        : {
              policies: found.flatMap(({ policies }) =>
                  policies.map(({ document }) => parseDocument(document, "identity")),
              ),
              limits: [],
          };
}
