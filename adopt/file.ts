import { Document, stringify, visit } from "yaml";

import { databaseNames } from "../components/tenancy/names";
import { copyable } from "../toolkit/copyable";
import { visible } from "../toolkit/visible";
import type { Known } from "../doctor/facts";
import type { AdoptedTenant } from "./tenants";
import type { AdoptedProfile } from "./profiles";
import { describeOther, type AdoptReport } from "./report";

/** A value that the config refuses until somebody writes the real one. */
export const FILL_IN = "FILL_IN";

/** What the platform of the new stack is. */
export interface AdoptedPlatform {
    /** An identifier of RDS; undefined: not known here. */
    readonly identifier?: string | undefined;
    readonly kind?: "cluster" | "instance" | undefined;
}

/** The stack's file: the config, and beside it in comments what it does not state. */
export function stackFile(report: AdoptReport, platform: AdoptedPlatform, identity: string | undefined): string {
    const { database } = report;
    return [
        ...comment(
            `Written by keyless adopt from the database ${database}. The first run with this config changes no right of anybody.`,
            `Before it: keyless bootstrap --keep-owner. See docs/adopting.md.`,
        ),
        "config:",
        ...platformLines(database, platform),
        "  keyless:access:",
        ...indented(4, [
            ...comment("PUBLIC keeps what it has on the database: `revoke` is one of the tightenings below."),
            "publicRights: keep",
            ...(report.tenants.length === 0 ? ["tenants: []"] : ["tenants:"]),
            ...report.tenants.flatMap((tenant) => tenantLines(tenant, identity, report.workloads)),
            ...(report.profiles.length === 0 ? [] : ["profiles:"]),
            ...report.profiles.flatMap(profileLines),
        ]),
        ...section(
            "Logins that no tenant stands for",
            report.left.map(({ login, why }) => [`${login}: ${why}`]),
        ),
        ...section(
            "Other databases of the server with data: each needs a run of keyless adopt, and a stack, of its own",
            report.otherDatabases.map((one) => [describeOther(one)]),
        ),
        ...section(
            "Stays as it is, and no key of the config states it",
            // A statement is made visible by its own escapes.
            report.unexpressed.map(({ what, sql, why }) => [`${what}: ${why}`, String(copyable(sql))]),
        ),
        ...section(
            "Tightenings, each one change",
            report.tightenings.map((one) => [one]),
        ),
        "",
    ].join("\n");
}

function platformLines(database: string, { identifier, kind }: AdoptedPlatform): string[] {
    if (identifier === undefined) {
        // Neither key: the program refuses a config without a platform.
        return indented(
            2,
            comment(
                "Write keyless:platformStack, the stack whose platform has this database, or keyless:platform with network, cluster and database.existing.",
            ),
        );
    }
    const existing = { ...(kind === "instance" && { kind }), identifier, name: database };
    return [
        "  keyless:platform:",
        ...indented(4, [
            ...comment("Add network and cluster: those that exist, or new ones."),
            ...linesOf({ database: { existing } }),
        ]),
    ];
}

function tenantLines(tenant: AdoptedTenant, identity: string | undefined, workloads: Known<unknown>): string[] {
    const { name, login, actsAs, schemas, sessions, connections } = tenant;
    const { searchPath, statementSeconds, idleInTransactionSeconds, settings, differs } = sessions;
    const limits = {
        ...(connections !== undefined && { connections }),
        ...(statementSeconds !== undefined && { statementSeconds }),
        ...(idleInTransactionSeconds !== undefined && { idleInTransactionSeconds }),
    };
    const place = placeOf(tenant, identity, workloads);
    const entry = {
        name,
        model: "existing",
        actsAs,
        schemas,
        ...(searchPath !== undefined && { searchPath }),
        ...(Object.keys(limits).length > 0 && { limits }),
        ...(settings.length > 0 && { settings }),
        ...(login !== actsAs && { migration: { login } }),
        ...place.keys,
    };
    const notes = [
        `${login} logs in with a password today; ${databaseNames(name).login} will log in with IAM and act as ${actsAs}.`,
        ...place.notes,
        ...differs.map((one) => `Not the same: ${one}.`),
    ];
    const [first = "", ...rest] = linesOf(entry);
    return [...indented(2, comment(...notes)), `  - ${first}`, ...indented(4, rest)];
}

/** Every key that a later change would remove something of. */
function profileLines({ name, group, members, grants }: AdoptedProfile): string[] {
    const written = grants.map(({ on, tenant, schemas, objects, privileges }) => ({
        tenant,
        ...(on !== "tables" && { on }),
        ...(schemas && { schemas }),
        ...(objects && { objects }),
        privileges,
    }));
    const entry = {
        ...{ name, group },
        ...(members.length > 0 && { members }),
        ...(written.length > 0 && { grants: written }),
    };
    const [first = "", ...rest] = linesOf(entry);
    const note = `${group} exists, and stays with what it has: a run takes only what is removed here.`;
    return [...indented(2, comment(note)), `  - ${first}`, ...indented(4, rest)];
}

const EXISTING = "existing: [namespace, serviceAccount]";
const EXIST = `with ${EXISTING} if they are there`;

function placeOf(
    { workloads }: AdoptedTenant,
    identity: string | undefined,
    known: Known<unknown>,
): { readonly keys: Readonly<Record<string, unknown>>; readonly notes: readonly string[] } {
    if (identity !== undefined && !["irsa", "podIdentity"].includes(identity)) {
        return { keys: { identity }, notes: [] };
    }
    const kind: Readonly<Record<string, string>> = identity === undefined ? {} : { identity };
    const places = [...new Map(workloads.map((one) => [`${one.namespace}/${one.serviceAccount}`, one])).values()];
    const [only] = places;
    if (only !== undefined && places.length === 1) {
        const { namespace, serviceAccount, name } = only;
        return serviceAccount === "default"
            ? {
                  keys: { ...kind, namespace, serviceAccount: FILL_IN, existing: ["namespace"] },
                  notes: [
                      `Used by ${name} with the service account default: give it one of its own, and write it below.`,
                  ],
              }
            : {
                  keys: { ...kind, namespace, serviceAccount, existing: ["namespace", "serviceAccount"] },
                  notes: [`Used by ${name}.`],
              };
    }
    const why =
        places.length > 1
            ? `Used by ${places.map((one) => `${one.name} (${one.namespace}/${one.serviceAccount})`).join(", ")}: a tenant has one service account; repeat the entry with another name for each, with ${EXISTING}.`
            : "unknown" in known
              ? `Where it runs is not known (${known.unknown}): write its namespace and service account, ${EXIST}.`
              : `No workload of the cluster names it: write its namespace and service account, ${EXIST}.`;
    return { keys: { ...kind, namespace: FILL_IN, serviceAccount: FILL_IN }, notes: [why] };
}

function section(title: string, entries: readonly (readonly string[])[]): string[] {
    return entries.length === 0
        ? []
        : [
              "",
              ...comment(`${title}:`),
              ...entries.flatMap(([first = "", ...rest]) => [
                  ...comment(`- ${first}`),
                  ...rest.map((line) => `#   ${line}`),
              ]),
          ];
}

/** Names come from catalogs: a line break in one would end the comment. */
function comment(...lines: readonly string[]): string[] {
    return lines.map((line) => `# ${visible(line)}`);
}

/**
 * In quotation marks what YAML 1.1 takes for something else than a text: Pulumi's parser reads `2024-01-01` as a time, and others read
 * `off` as false. https://github.com/go-yaml/yaml/blob/v3/resolve.go
 */
function linesOf(value: object): string[] {
    const document = new Document(value, { aliasDuplicateObjects: false });
    visit(document, {
        Scalar: (_key, node) => {
            if (typeof node.value === "string" && stringify(node.value, { version: "1.1" }).startsWith('"')) {
                node.type = "QUOTE_DOUBLE";
            }
        },
    });
    return document.toString({ lineWidth: 0 }).trimEnd().split("\n");
}

function indented(by: number, lines: readonly string[]): string[] {
    return lines.map((line) => `${" ".repeat(by)}${line}`);
}
