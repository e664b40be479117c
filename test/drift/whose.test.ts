import assert from "node:assert/strict";

import { ATTRIBUTES, type Attribute, type Item } from "../../access/catalog/facts";
import type { Privilege } from "../../access/postgres/serverState";
import { sortDrift, type Facts } from "../../drift/index";
import { provisionerSettings } from "../../toolkit/roleSettings";
import { PROVISIONER } from "../../toolkit/serverNames";
import { identifier, sql } from "../../toolkit/sql";
import { ON_EXISTING_DATABASE, takingOver } from "../access/support/existingDatabase";

const PLAIN = Object.fromEntries(Object.keys(ATTRIBUTES).map((key) => [key, key === "inherit"])) as Record<
    Attribute,
    boolean
>;

type Grant = readonly [grantee: string, privilege: Privilege, object: string];

interface Change {
    readonly attributes?: Readonly<Record<string, Partial<Record<Attribute, boolean>>>>;
    readonly memberships?: readonly (readonly [member: string, role: string])[];
    readonly grants?: readonly Grant[];
    readonly defaults?: Facts["defaults"];
    readonly settings?: Facts["others"]["settings"];
}

/** What the bootstrap of a database that keeps its owner grants. */
const LENT: readonly Grant[] = [
    [PROVISIONER, "CONNECT", "app"],
    [PROVISIONER, "CREATE", "app"],
];

/** A server as the stack declares it, with another's login `report` and table `public.countries`. */
function factsWith({ attributes = {}, memberships = [], grants = [], defaults = [], settings = [] }: Change): Facts {
    const object = (kind: "database" | "schema" | "table", name: string, owner: string, schema?: string) => {
        const own: readonly Privilege[] =
            kind === "database"
                ? ["CREATE", "CONNECT", "TEMPORARY"]
                : kind === "schema"
                  ? ["CREATE", "USAGE"]
                  : ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"];
        const item = (grantee: string, privilege: Privilege, grantable: boolean): Item => ({
            grantee,
            privilege,
            grantor: owner,
            grantable,
        });
        const given = [...LENT, ...grants].filter(([, , on]) => on === name);
        return {
            kind,
            database: "app",
            ...(schema === undefined ? {} : { schema }),
            name,
            owner,
            linked: false,
            on: kind === "table" ? sql`TABLE ${identifier(schema ?? "", name)}` : sql`SCHEMA ${identifier(name)}`,
            items: [
                ...own.map((privilege) => item(owner, privilege, true)),
                ...given.map(([who, privilege]) =>
                    item(who, privilege, who === PROVISIONER && privilege === "CONNECT"),
                ),
            ],
        };
    };
    const role = (name: string, login: boolean, createRole = false) =>
        [
            name,
            {
                name,
                connectionLimit: -1,
                attributes: { ...PLAIN, login, createRole, ...attributes[name] },
                settings:
                    name === PROVISIONER
                        ? [...provisionerSettings(true)].map(([setting, value]) => ({
                              database: "",
                              name: setting,
                              value: typeof value === "string" ? value : value.join(", "),
                          }))
                        : [],
            },
        ] as const;
    return {
        major: 16,
        restricts: true,
        roles: new Map([
            role("boss", true, true),
            role(PROVISIONER, true, true),
            role("api", true),
            role("our_owner", false),
            role("report", true),
            role("readers", false),
        ]),
        memberships: [["api", "rds_iam"], ["report", "readers"], ...memberships].map(([member = "", of = ""]) => ({
            member,
            role: of,
            grantor: "boss",
            admin: false,
        })),
        objects: [
            object("database", "app", "boss"),
            object("schema", "ours", "our_owner"),
            object("schema", "public", "boss"),
            object("table", "things", "our_owner", "ours"),
            object("table", "countries", "boss", "public"),
        ],
        defaults,
        ownRoles: new Set(["rds_iam"]),
        others: {
            inSchemas: [],
            outside: [],
            provided: [],
            taken: [],
            mappings: [],
            largeObjectDefaults: [],
            settings,
        },
    };
}

/** Differences, with what --fix would do about them, and what is from elsewhere. */
function sorted(change: Change, resources = ON_EXISTING_DATABASE) {
    const options = { server: "db", breakGlass: "keyless_breakglass" };
    const { findings, elsewhere, unfixable } = sortDrift(resources, factsWith(change), options);
    return {
        fixed: findings.filter((one) => !unfixable.has(one)).map(({ message }) => message),
        left: [...unfixable].map(({ message }) => message),
        elsewhere: elsewhere.map(({ message }) => message),
    };
}

/** Of a server on which nothing is planted. */
const OTHERS = ["report is a member of readers", "report has LOGIN"];

describe("drift on a database that exists", () => {
    it("is none when others have logins and groups, and the provisioner what its bootstrap grants", () => {
        assert.deepEqual(sorted({}), { fixed: [], left: [], elsewhere: OTHERS });
    });

    it("does not count what others have on their objects, nor what concerns every role", () => {
        const change: Change = {
            grants: [
                ["readers", "SELECT", "countries"],
                ["public", "USAGE", "public"],
            ],
            settings: [{ database: "", name: "work_mem", value: "64MB" }],
            defaults: [
                {
                    database: "app",
                    owner: "boss",
                    schema: "public",
                    kind: "table",
                    entries: [{ grantee: "readers", privilege: "SELECT", grantable: false, source: "" }],
                },
            ],
        };
        const { elsewhere, ...stacks } = sorted(change);
        assert.deepEqual(stacks, { fixed: [], left: [] });
        assert.deepEqual(elsewhere.filter((one) => !OTHERS.includes(one)).sort(), [
            'every role has work_mem = "64MB"',
            "readers gets SELECT on tables to come of boss in schema public",
            "readers has SELECT on table public.countries",
        ]);
    });

    it("is what is undeclared on the stack's roles and objects, which --fix removes", () => {
        const change: Change = {
            attributes: { api: { createDatabase: true } },
            memberships: [
                ["report", "our_owner"],
                ["api", "readers"],
            ],
            grants: [["report", "SELECT", "things"]],
        };
        assert.deepEqual(sorted(change), {
            fixed: [
                "report is a member of our_owner, which nothing declares",
                "api is a member of readers, which nothing declares",
                "api has CREATEDB",
                "report has SELECT on table ours.things, which nothing declares",
            ],
            left: [],
            elsewhere: OTHERS,
        });
    });

    it("is a grant to the stack's login on another's object, which --fix leaves to the owner", () => {
        assert.deepEqual(sorted({ grants: [["api", "SELECT", "countries"]] }), {
            fixed: [],
            left: ["api has SELECT on table public.countries, which nothing declares"],
            elsewhere: OTHERS,
        });
    });

    it("is what a group lacks of the profile that takes it over, which --fix grants again", () => {
        assert.deepEqual(sorted({}, takingOver()), {
            fixed: ["readers lacks SELECT on table public.countries"],
            left: [],
            elsewhere: [],
        });
    });

    it("is what a group may do beyond its profile where the stack's login holds it, which --fix leaves to its owner", () => {
        const change: Change = {
            attributes: { readers: { createRole: true } },
            memberships: [
                ["api", "readers"],
                ["readers", "report"],
            ],
            grants: [
                ["readers", "SELECT", "countries"],
                ["readers", "UPDATE", "countries"],
            ],
        };
        const left = [
            "readers is a member of report, which nothing declares",
            "readers has CREATEROLE",
            "readers has UPDATE on table public.countries, which nothing declares",
        ];
        assert.deepEqual(sorted(change, takingOver("api")), { fixed: [], left, elsewhere: [] });
        assert.deepEqual(sorted({ ...change, memberships: [] }, takingOver()), {
            fixed: [],
            left: [],
            elsewhere: left.slice(2).map((one) => one.replace(/, which.*/, "")),
        });
    });

    it("is more than the bootstrap grants the provisioner", () => {
        assert.deepEqual(sorted({ grants: [[PROVISIONER, "TEMPORARY", "app"]] }).left, [
            "keyless_provisioner has TEMPORARY on database app, which nothing declares",
        ]);
    });
});
