import { dirname, join, relative } from "node:path";
import { parseDocument } from "yaml";
import { z } from "zod";

import { count, list, matching, problemsOf, section, text } from "../../config/fields";
import { SettingsError } from "../../config/problems";
import { stackName } from "../../config/validators";
import { inLines, quoted, shown } from "../../toolkit/shown";
import { readUserFile } from "../../toolkit/system/userFile";
import { UserError } from "../../toolkit/userError";
import { engine } from "./engine";

const label = { allowed: "lower-case letters, digits and hyphens, up to 20, with a letter first", example: "eu1" };
const shortName = matching(/^[a-z][a-z0-9-]{0,19}$/, { ...label, wrong: "not such a name" });
const aStack = matching(stackName, {
    allowed: "a stack's name: STACK, or ORGANIZATION/PROJECT/STACK",
    example: "organization/keyless/eu1",
    wrong: "not a stack's name",
});
/** Read by the shard's own config, which knows all of their keys. */
const entry = z.looseObject({}, { error: () => "name, and the keys of access.tenants, profiles or people" });
const named = z.looseObject(
    { name: text({ allowed: "a name", example: "shop", wrong: (given) => (given === "" ? "empty" : undefined) }) },
    { error: () => "name, and the keys of access.tenants" },
);
const most = (allowed: number, fix: string) => count(1, allowed, fix).optional();

const limits = section({
    roles: most(5000, "write how many of the account's roles the cell's tenants and people may use"),
    associations: most(5000, "write the cluster's quota of Pod Identity associations"),
    connections: most(262_143, "write the database's max_connections less what administrators need"),
});

const cell = section({
    name: shortName,
    platformStack: aStack,
    databaseStack: aStack.optional(),
    shards: count(1, 1000, "write how many access stacks the cell may have").default(20),
    limits: limits.prefault({}),
    config: z.looseObject({}, { error: () => "keys of a stack's config, like aws:region" }).default({}),
    access: entry.default({}),
    deployer: matching(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/, {
        allowed: "the ARN of an IAM role",
        example: "arn:aws:iam::111122223333:role/keyless-deploy",
        wrong: "not such an ARN",
    }).optional(),
    securityGroups: list(
        matching(/^sg-[0-9a-f]{8,17}$/, {
            allowed: "a security group's ID",
            example: "sg-0a1b2c3d4e5f60718",
            wrong: "not such an ID",
        }),
        "a list of the security groups of the operator's pods, such as the platform's output deployerSecurityGroupId",
    ).default([]),
});

const fleet = section({
    name: shortName,
    tenantsPerShard: count(1, 500, "write how many tenants one access stack may have").default(50),
    cells: list(cell, "a list of cells, each with a name and a platformStack"),
    tenants: list(named.extend({ cell: shortName.optional() }), "a list of tenants, each with a name"),
    profiles: list(named, "a list of profiles, as in access.profiles").default([]),
    people: list(entry, "a list of people, as in access.people").default([]),
    engine: engine.optional(),
});

/** The cells, and what is to be divided among their shards. */
export type FleetPlan = z.infer<typeof fleet>;
export type Cell = FleetPlan["cells"][number];

/** The stacks that a cell's shards read, first the one that the other reads too. */
export function platformStacksOf({ platformStack, databaseStack }: Cell): readonly string[] {
    return [...new Set([platformStack, databaseStack ?? platformStack])];
}

/** Of Pulumi.yaml, and the prefix of the config's keys. */
const PROJECT = "keyless";

/** A shard's stack is in the organization of its platform's, whatever the user's default organization is. */
export function fullName({ platformStack }: Pick<Cell, "platformStack">, shard: string): string {
    const [organization, ...rest] = platformStack.split("/");
    return rest.length === 0 ? shard : [organization, PROJECT, shard].join("/");
}

/** Whether a stack's program is this one. */
export function isOfProject(stack: string): boolean {
    const parts = stack.split("/");
    return parts.length < 3 || parts[1] === PROJECT;
}

/** As in `access.tenants`, with the cell that it must be in, if any. */
export type FleetTenant = FleetPlan["tenants"][number];

/** Where a plan's files are. */
export interface FleetFiles {
    readonly plan: string;
    readonly placement: string;
    /** The config of a shard. */
    readonly stack: (name: string) => string;
}

export function filesOf(plan: string): FleetFiles {
    const folder = dirname(plan);
    return {
        plan,
        placement: plan.replace(/(\.ya?ml)?$/, ".placement.json"),
        stack: (name) => join(folder, `Pulumi.${name}.yaml`),
    };
}

/** @throws UserError, SettingsError that lists all problems */
export function readPlan(path: string): FleetPlan {
    const document = parseDocument(readUserFile(path));
    if (document.errors.length > 0) {
        const name = relative(process.cwd(), path);
        throw new UserError(
            inLines([`${name} can't be read`, ...document.errors.map(({ message }) => shown`  ${quoted(message)}`)]),
        );
    }
    return parsePlan(document.toJS());
}

/** @throws SettingsError that lists all problems */
export function parsePlan(values: unknown): FleetPlan {
    const parsed = fleet.safeParse(values);
    const problems = parsed.success
        ? [...twins(parsed.data), ...strangers(parsed.data)]
        : problemsOf(parsed.error, values);
    if (!parsed.success || problems.length > 0) {
        throw new SettingsError(problems);
    }
    return parsed.data;
}

function twins({ cells, tenants, profiles }: FleetPlan) {
    return Object.entries({ cells, tenants, profiles }).flatMap(([key, entries]) =>
        entries.flatMap(({ name }, index) => {
            const first = entries.findIndex((one) => one.name === name);
            return first === index
                ? []
                : [
                      {
                          path: `${key}[${index}].name`,
                          given: name,
                          wrong: `${key}[${first}] already has this name`,
                          allowed: "each name once",
                          fix: "rename or remove one of the two",
                      },
                  ];
        }),
    );
}

/** A tenant's cell that does not exist. */
function strangers({ cells, tenants }: FleetPlan) {
    const known = cells.map(({ name }) => name);
    return tenants.flatMap(({ cell }, index) =>
        cell === undefined || known.includes(cell)
            ? []
            : [
                  {
                      path: `tenants[${index}].cell`,
                      given: cell,
                      wrong: "there is no such cell",
                      allowed: known.join(", "),
                      fix: "write one of these, or leave it out",
                  },
              ],
    );
}
