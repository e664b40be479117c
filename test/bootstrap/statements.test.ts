import assert from "node:assert/strict";

import { bootstrapPlan } from "../../bootstrap";
import type { BootstrapOptions, ServerState } from "../../bootstrap";

/** The privileges of a bootstrap's logins, as in the catalogs. */
const SETTINGS = [
    'search_path=""',
    "row_security=off",
    "lock_timeout=60000",
    "statement_timeout=900000",
    "idle_in_transaction_session_timeout=60000",
    "restrict_nonsystem_relation_kind=view, foreign-table",
];
const READER_SETTINGS = [
    "search_path=public",
    "row_security=off",
    "restrict_nonsystem_relation_kind=view, foreign-table",
];

const FRESH: ServerState = { restricts: true, owners: new Map([["app", "postgres"]]) };
const PROVISIONER = { login: true, createRole: true, createDatabase: true, grantsRdsIam: true, settings: SETTINGS };
const DONE: ServerState = {
    restricts: true,
    provisioner: PROVISIONER,
    owners: new Map([["app", "keyless_provisioner"]]),
};

/** The plan in readable form. */
function textOf(state: ServerState, options: BootstrapOptions): unknown {
    const { settings, ...statements } = bootstrapPlan(state, options);
    assert.deepEqual(settings, new Map());
    return JSON.parse(JSON.stringify(statements));
}

describe("the bootstrap's plan", () => {
    it("lets an intermediate role create the provisioner, transfer the database to it, and be dropped", () => {
        assert.deepEqual(textOf(FRESH, { databases: ["app"] }), {
            statements: [
                'CREATE ROLE "keyless_bootstrap" CREATEROLE CREATEDB',
                'GRANT "keyless_bootstrap" TO CURRENT_USER',
                'SET LOCAL ROLE "keyless_bootstrap"',
                'CREATE ROLE "keyless_provisioner" LOGIN CREATEROLE CREATEDB',
                `ALTER ROLE "keyless_provisioner" SET "search_path" TO ''`,
                `ALTER ROLE "keyless_provisioner" SET "row_security" TO 'off'`,
                `ALTER ROLE "keyless_provisioner" SET "lock_timeout" TO '60000'`,
                `ALTER ROLE "keyless_provisioner" SET "statement_timeout" TO '900000'`,
                `ALTER ROLE "keyless_provisioner" SET "idle_in_transaction_session_timeout" TO '60000'`,
                `ALTER ROLE "keyless_provisioner" SET "restrict_nonsystem_relation_kind" TO 'view, foreign-table'`,
                'GRANT "keyless_provisioner" TO SESSION_USER',
                "RESET ROLE",
                'ALTER DATABASE "app" OWNER TO "keyless_provisioner"',
                'SET LOCAL ROLE "keyless_bootstrap"',
                'REVOKE "keyless_provisioner" FROM SESSION_USER',
                "RESET ROLE",
                'DROP ROLE "keyless_bootstrap"',
            ],
            grantRdsIam: 'GRANT "rds_iam" TO "keyless_provisioner" WITH ADMIN OPTION',
        });
    });

    it("is empty after it was carried out", () => {
        assert.deepEqual(textOf(DONE, { databases: ["app"] }), { statements: [] });
    });

    it("adds settings of both logins that are missing or have been changed", () => {
        const [, ...rest] = SETTINGS;
        const state = {
            ...DONE,
            provisioner: { ...PROVISIONER, settings: ['search_path="$user", public', ...rest] },
            breakGlass: { settings: [], login: true, createRole: false, usesIam: false },
        };
        const breakGlass = { name: "rescue", password: () => "" };
        const { statements, settings } = bootstrapPlan(state, { databases: ["app"], breakGlass });
        assert.deepEqual(statements, []);
        assert.deepEqual(
            [...settings].map(([role, missing]) => [role, [...missing.keys()]]),
            [
                ["keyless_provisioner", ["search_path"]],
                ["rescue", ["search_path", "row_security", "restrict_nonsystem_relation_kind"]],
            ],
        );
    });

    it("omits a setting that the server does not support", () => {
        const { settings } = bootstrapPlan(
            { ...DONE, restricts: false, provisioner: { ...PROVISIONER, settings: SETTINGS.slice(0, -1) } },
            { databases: ["app"] },
        );
        assert.deepEqual(settings, new Map());
        const { statements } = bootstrapPlan({ ...FRESH, restricts: false }, { databases: ["app"] });
        assert.deepEqual(
            statements.filter(({ text }) => text.includes("restrict_nonsystem")),
            [],
        );
    });

    it("resumes where it was interrupted", () => {
        const interrupted = { ...DONE, provisioner: { ...PROVISIONER, grantsRdsIam: false } };
        assert.deepEqual(textOf(interrupted, { databases: ["app"] }), {
            statements: [],
            grantRdsIam: 'GRANT "rds_iam" TO "keyless_provisioner" WITH ADMIN OPTION',
        });
    });

    it("quotes the names it is given", () => {
        const state = { restricts: false, owners: new Map([['a"b', "postgres"]]) };
        const { statements, grantRdsIam } = bootstrapPlan(state, {
            databases: ['a"b'],
            provisioner: 'x"; DROP ROLE y',
        });
        assert.deepEqual(
            [statements[11]?.text, grantRdsIam?.text],
            [
                'ALTER DATABASE "a""b" OWNER TO "x""; DROP ROLE y"',
                'GRANT "rds_iam" TO "x""; DROP ROLE y" WITH ADMIN OPTION',
            ],
        );
    });

    it("refuses a break-glass login that would be locked out later", () => {
        const state = {
            ...DONE,
            breakGlass: { settings: READER_SETTINGS, login: false, createRole: true, usesIam: true },
        };
        const options = { databases: ["app"], breakGlass: { name: "rescue", password: () => "" } };
        assert.throws(() => bootstrapPlan(state, options), {
            message:
                'role "rescue" exists and cannot log in and may create roles and is a member of rds_iam: choose another name for the break-glass login',
        });
    });

    it("lists all obstacles", () => {
        const state: ServerState = {
            restricts: true,
            provisioner: { ...PROVISIONER, login: false, createDatabase: false },
            owners: new Map([["app", "postgres"]]),
        };
        assert.throws(() => bootstrapPlan(state, { databases: ["app", "shop"] }), {
            message: [
                'database "app" belongs to "postgres", not to "keyless_provisioner": create further databases as "keyless_provisioner", or leave this one to its owner (--keep-owner)',
                'the database "shop" does not exist: create it as the master first',
                'role "keyless_provisioner" exists without LOGIN, CREATEDB, so the bootstrap did not create it; choose another name for the provisioner',
            ].join("\n"),
        });
    });
});
