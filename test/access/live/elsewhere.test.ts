import assert from "node:assert/strict";

import { accessOf, renderMarkdown, renderText, reportOf } from "../../../access";
import { ATTRIBUTES, type Attribute, type Item, type MembershipFacts } from "../../../access/catalog/facts";
import { objectKey, type Catalog } from "../../../access/live/catalog";
import { renderLive } from "../../../access/live/result";
import { verify, type Verified } from "../../../access/live/verify";
import type { Privilege } from "../../../access/postgres/serverState";
import { ON_EXISTING_DATABASE as RESOURCES, takingOver } from "../support/existingDatabase";
import { resourcesOf, urn } from "../support/resources";

const PLAIN = Object.fromEntries(Object.keys(ATTRIBUTES).map((key) => [key, key === "inherit"])) as Record<
    Attribute,
    boolean
>;

interface Change {
    readonly attributes?: Readonly<Record<string, Partial<Record<Attribute, boolean>>>>;
    readonly memberships?: readonly (readonly [member: string, role: string])[];
    /** Who is granted what on which object of {@link catalogWith}. */
    readonly grants?: readonly (readonly [grantee: string, privilege: Privilege, object: string])[];
    /** What the server derives from these: holders besides the grantees. */
    readonly held?: readonly (readonly [login: string, privilege: Privilege, object: string])[];
}

/** The catalogs as declared, with another's login `report` in the group `readers` and others' table `public.countries`. */
function catalogWith({ attributes = {}, memberships = [], grants = [], held = [] }: Change): Catalog {
    const logins = ["boss", "keyless_provisioner", "api", "report"];
    const belongs: readonly (readonly [string, string])[] = [
        ["api", "rds_iam"],
        ["keyless_provisioner", "rds_iam"],
        ["report", "readers"],
        ...memberships,
    ];
    const reached = new Map<string, Set<string>>();
    for (const login of logins) {
        const all = new Set([login]);
        for (const one of all) {
            belongs.filter(([member]) => member === one).forEach(([, role]) => all.add(role));
        }
        ["USAGE", "MEMBER", "SET"].forEach((way) => reached.set(`${login} ${way}`, all));
    }
    const object = (
        kind: "table" | "schema" | "column",
        schema: string,
        name: string,
        owner: string,
    ): Catalog["objects"][number] => ({
        kind,
        database: "app",
        ...(kind === "schema" ? {} : { schema }),
        name,
        owner,
        on: name.split(".")[0] ?? name,
        ...(kind === "column" ? { column: name.split(".")[1] ?? "" } : {}),
        linked: false,
        generated: false,
        items: grants
            .filter(([, , on]) => on === name)
            .map(([grantee, privilege]): Item => ({ grantee, privilege, grantor: owner, grantable: false })),
    });
    const objects = [
        object("schema", "", "ours", "our_owner"),
        object("table", "ours", "things", "our_owner"),
        object("table", "public", "countries", "boss"),
        object("column", "public", "countries.code", "boss"),
    ];
    const holders = new Map<string, Set<string>>();
    for (const [who, privilege, name] of [...grants, ...held]) {
        const found = objects.find((one) => one.name === name);
        const key = `${privilege} ${found === undefined ? "" : objectKey(found)}`;
        holders.set(key, (holders.get(key) ?? new Set()).add(who));
    }
    return {
        major: 16,
        roles: new Map(
            [...logins, "our_owner", "readers", "writers"].map((name) => {
                const login = logins.includes(name);
                const createRole = name === "boss" || name === "keyless_provisioner";
                return [
                    name,
                    { name, connectionLimit: -1, attributes: { ...PLAIN, login, createRole, ...attributes[name] } },
                ];
            }),
        ),
        ownRoles: new Set(["rds_iam", "pg_read_all_data"]),
        memberships: belongs.map(([member, role]): MembershipFacts => ({
            member,
            role,
            grantor: "boss",
            admin: false,
        })),
        objects,
        reached,
        holders,
        defaults: [],
        rowSecurity: [],
    };
}

function verified(change: Change, resources = RESOURCES): Verified {
    const catalog = catalogWith(change);
    const { graph, servers } = accessOf(resources, new Map([["db", catalog]]));
    const [server] = servers;
    assert.ok(server !== undefined);
    // The access lists of what the owner and the master have are not part of this.
    const owned = (name: string) => ["boss", "our_owner"].includes(name);
    const { differences, ...rest } = verify(graph, server, catalog);
    return { ...rest, differences: differences.filter(({ cell }) => !owned(cell.split(" ")[0] ?? "")) };
}

/** What a change of the catalogs causes: differences, and rights from elsewhere. */
function seen(change: Change, resources = RESOURCES): readonly string[] {
    const { differences, elsewhere } = verified(change, resources);
    return [
        ...differences.map(({ what, cell }) => `${what}: ${cell}`),
        ...elsewhere.rights.map(
            ({ who, declared, privilege, on, through }) =>
                `${declared ? "our" : "other"} ${who}: ${privilege} ${on} through ${through}`,
        ),
    ];
}

const MORE = [
    ["readers", "SELECT", "countries"],
    ["readers", "UPDATE", "countries"],
] as const;
const PRIVILEGES = ["SELECT", "UPDATE"] as const;

function heldBy(...logins: readonly string[]): NonNullable<Change["held"]> {
    return logins.flatMap((login) =>
        PRIVILEGES.flatMap((privilege) =>
            ["countries", "countries.code"].map((name) => [login, privilege, name] as const),
        ),
    );
}

function listed(login: string): readonly string[] {
    return ["table app/public.countries", "column app/public.countries.code"].flatMap((on) =>
        PRIVILEGES.map((privilege) => `other ${login}: ${privilege} ${on} through readers`),
    );
}

describe("on a database that exists", () => {
    it("others' logins are listed with how they log in, and are no difference", () => {
        const { differences, elsewhere } = verified({ attributes: { report: { createDatabase: true } } });
        const unknown = "logs in with a password or a token; who holds it is not among the resources";
        assert.deepEqual(
            [differences, elsewhere],
            [
                [],
                {
                    logins: [
                        {
                            server: "db",
                            login: "boss",
                            attributes: ["CREATEROLE"],
                            memberOf: [],
                            chain: `the master; ${unknown}`,
                        },
                        {
                            server: "db",
                            login: "report",
                            attributes: ["CREATEDB"],
                            memberOf: ["readers"],
                            chain: unknown,
                        },
                    ],
                    rights: [],
                },
            ],
        );
    });

    it("rights of PUBLIC and of others are theirs, also where they reach the stack's login", () => {
        const held = [["api", "SELECT", "countries"]] as const;
        assert.deepEqual(seen({ grants: [["public", "SELECT", "countries"]], held }), [
            "other public: SELECT table app/public.countries through PUBLIC",
            "our api: SELECT table app/public.countries through PUBLIC",
        ]);
        const group = {
            grants: [["readers", "SELECT", "countries"]],
            held: [["report", "SELECT", "countries"]],
        } as const;
        assert.deepEqual(seen(group), ["other report: SELECT table app/public.countries through readers"]);
    });

    it("a table's rights reach its columns that have lists of their own", () => {
        const held = ["api", "public"].flatMap((who) => [
            [who, "SELECT", "countries"] as const,
            [who, "SELECT", "countries.code"] as const,
        ]);
        assert.deepEqual(seen({ grants: [["public", "SELECT", "countries"]], held }), [
            "other public: SELECT table app/public.countries through PUBLIC",
            "other public: SELECT column app/public.countries.code through PUBLIC",
            "our api: SELECT table app/public.countries through PUBLIC",
            "our api: SELECT column app/public.countries.code through PUBLIC",
        ]);
    });

    it("a grant to the stack's login by name is a difference, also beside one to PUBLIC", () => {
        assert.deepEqual(seen({ grants: [["api", "SELECT", "countries"]] }), [
            "too much: api SELECT table app/public.countries",
        ]);
        const both = [
            ["api", "SELECT", "countries"],
            ["public", "SELECT", "countries"],
        ] as const;
        assert.deepEqual(seen({ grants: both }), [
            "too much: api SELECT table app/public.countries",
            "other public: SELECT table app/public.countries through PUBLIC",
        ]);
    });

    it("any undeclared right on what the stack created is a difference", () => {
        assert.deepEqual(seen({ grants: [["report", "SELECT", "things"]] }), [
            "too much: report SELECT table app/ours.things",
        ]);
        assert.deepEqual(seen({ grants: [["public", "SELECT", "things"]], held: [["report", "SELECT", "things"]] }), [
            "too much: public SELECT table app/ours.things",
        ]);
    });

    it("a predefined role that another's login is in reaches what the stack created, and is listed", () => {
        const change = {
            memberships: [["report", "pg_read_all_data"]],
            held: [["report", "SELECT", "things"]],
        } as const;
        assert.deepEqual(seen(change), ["other report: SELECT table app/ours.things through pg_read_all_data"]);
    });

    it("an undeclared membership of the stack's login is a difference, with what it gives", () => {
        const change = {
            memberships: [["api", "readers"]],
            grants: [["readers", "SELECT", "countries"]],
            held: [
                ["api", "SELECT", "countries"],
                ["report", "SELECT", "countries"],
            ],
        } as const;
        assert.deepEqual(seen(change), [
            "too much: api USAGE role readers",
            "too much: api MEMBER role readers",
            "too much: api SET role readers",
            "too much: api SELECT table app/public.countries",
            "other report: SELECT table app/public.countries through readers",
        ]);
    });

    it("what a profile states of a group that it takes over is a difference where it is missing, and more is others'", () => {
        assert.deepEqual(seen({}, takingOver()), [
            "missing: report SELECT table app/public.countries",
            "missing: report SELECT column app/public.countries.code",
        ]);
        assert.deepEqual(seen({ grants: MORE, held: heldBy("report") }, takingOver()), listed("report"));
    });

    it("what such a group may do beyond its profile is a difference where the stack's login holds it", () => {
        const held = heldBy("api", "report");
        const memberships = [["api", "readers"]] as const;
        const tooMuch = [
            "too much: api UPDATE table app/public.countries",
            "too much: api UPDATE column app/public.countries.code",
        ];
        assert.deepEqual(seen({ memberships, grants: MORE, held }, takingOver("api")), [
            ...tooMuch,
            ...listed("report"),
        ]);
        const change = {
            memberships: [...memberships, ["readers", "writers"]],
            grants: [
                ["readers", "SELECT", "countries"],
                ["writers", "UPDATE", "countries"],
            ],
            held,
        } as const;
        assert.deepEqual(
            seen(change, takingOver("api")).filter((one) => one.startsWith("too much")),
            [...["USAGE", "MEMBER", "SET"].map((way) => `too much: api ${way} role writers`), ...tooMuch],
        );
    });

    it("an attribute that the stack's login should not have is a difference", () => {
        assert.deepEqual(seen({ attributes: { api: { superuser: true, bypassRls: true } } }), [
            "too much: api SUPERUSER",
            "too much: api BYPASSRLS",
        ]);
    });

    it("another's login that a role of the stack's puts into rds_iam is locked out", () => {
        const { differences } = verified({ memberships: [["report", "api"]] });
        assert.deepEqual(differences, [
            {
                server: "db",
                cell: "report MEMBER role rds_iam",
                what: "too much",
                why: "RDS refuses the password of whoever is in rds_iam, and report is as a member of api",
            },
        ]);
        assert.deepEqual(verified({ memberships: [["report", "rds_iam"]] }).differences, []);
    });

    it("the report groups what is alike, and names whose it is", () => {
        const { cells, elsewhere } = verified({
            grants: [["public", "SELECT", "countries"]],
            held: [["api", "SELECT", "countries"]],
        });
        const result = { cells, attempts: 0, differences: [], undecided: [], rowSecurity: [], elsewhere };
        assert.deepEqual(String(renderLive(result)).split("\n").slice(2), [
            "from elsewhere (on existing servers; no resource declares it, and it is no difference):",
            "  login boss on db: the master; logs in with a password or a token; who holds it is not among the resources",
            "    has CREATEROLE",
            "  login report on db: logs in with a password or a token; who holds it is not among the resources",
            "    is a member of readers",
            "  PUBLIC, every login, on db:",
            "    SELECT on table app/public.countries",
            "  api, this stack's, on db:",
            "    SELECT on table app/public.countries, through PUBLIC",
        ]);
    });

    it("the report says which namespaces are not the stack's, whose bindings it has not read", () => {
        const component = "keyless:kubernetes:TenantNamespace";
        const placed = (namespace: string) => [
            { type: component, name: namespace, custom: false },
            {
                ...{ type: "kubernetes:core/v1:ConfigMap", name: namespace, parent: urn(component, namespace) },
                inputs: { metadata: { name: "rds-ca", namespace } },
            },
        ];
        const created = { type: "kubernetes:core/v1:Namespace", name: "own", parent: urn(component, "own") };
        const report = reportOf(accessOf(resourcesOf([...placed("finance"), ...placed("own"), created])), {
            title: "access",
        });
        const line = "the namespace finance existed before this stack: its other bindings and workloads are not read";
        assert.deepEqual(report.existingNamespaces, ["finance"]);
        assert.ok(String(renderText(report)).split("\n").includes(line), String(renderText(report)));
    });

    it("the report without --live says that the database is not the stack's", () => {
        const report = reportOf(accessOf(RESOURCES), { title: "access" });
        const line = "the database db is not this stack's: what its catalogs give others shows only with --live";
        assert.deepEqual(report.existing, ["db"]);
        assert.ok(String(renderText(report)).split("\n").includes(line), String(renderText(report)));
        assert.ok(renderMarkdown(report).split("\n").includes(line), renderMarkdown(report));
        const own = accessOf(RESOURCES.filter(({ type }) => type !== "pulumi:index:Stash"));
        assert.equal("existing" in reportOf(own, { title: "access" }), false);
    });
});
