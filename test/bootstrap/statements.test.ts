import assert from "node:assert/strict";

import { bootstrapPlan } from "../../bootstrap";
import type { BootstrapOptions, ServerState } from "../../bootstrap";

const FRESH: ServerState = { owners: new Map([["app", "postgres"]]) };
const PROVISIONER = { login: true, createRole: true, createDatabase: true, grantsRdsIam: true };
const DONE: ServerState = { provisioner: PROVISIONER, owners: new Map([["app", "keyless_provisioner"]]) };

/** The plan as a person reads it. */
function textOf(state: ServerState, options: BootstrapOptions): unknown {
    return JSON.parse(JSON.stringify(bootstrapPlan(state, options)));
}

describe("the bootstrap's plan", () => {
    it("has a role in between make the provisioner, hand it the database, and vanish", () => {
        assert.deepEqual(textOf(FRESH, { databases: ["app"] }), {
            statements: [
                'CREATE ROLE "keyless_bootstrap" CREATEROLE CREATEDB',
                'GRANT "keyless_bootstrap" TO CURRENT_USER',
                'SET LOCAL ROLE "keyless_bootstrap"',
                'CREATE ROLE "keyless_provisioner" LOGIN CREATEROLE CREATEDB',
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

    it("is empty where it was carried out", () => {
        assert.deepEqual(textOf(DONE, { databases: ["app"] }), { statements: [] });
    });

    it("goes on where it was interrupted", () => {
        const interrupted = { ...DONE, provisioner: { ...PROVISIONER, grantsRdsIam: false } };
        assert.deepEqual(textOf(interrupted, { databases: ["app"] }), {
            statements: [],
            grantRdsIam: 'GRANT "rds_iam" TO "keyless_provisioner" WITH ADMIN OPTION',
        });
    });

    it("quotes the names it is given", () => {
        const state = { owners: new Map([['a"b', "postgres"]]) };
        const { statements, grantRdsIam } = bootstrapPlan(state, {
            databases: ['a"b'],
            provisioner: 'x"; DROP ROLE y',
        });
        assert.deepEqual(
            [statements[6]?.text, grantRdsIam?.text],
            [
                'ALTER DATABASE "a""b" OWNER TO "x""; DROP ROLE y"',
                'GRANT "rds_iam" TO "x""; DROP ROLE y" WITH ADMIN OPTION',
            ],
        );
    });

    it("refuses a break-glass login that would be shut out one day", () => {
        const state = { ...DONE, breakGlass: { login: false, createRole: true, usesIam: true } };
        const options = { databases: ["app"], breakGlass: { name: "rescue", password: () => "" } };
        assert.throws(() => bootstrapPlan(state, options), {
            message: 'role "rescue" exists and cannot log in and may create roles and is a member of rds_iam: choose another name for the break-glass login',
        });
    });

    it("lists all that is in the way", () => {
        const state: ServerState = {
            provisioner: { ...PROVISIONER, login: false, createDatabase: false },
            owners: new Map([["app", "postgres"]]),
        };
        assert.throws(() => bootstrapPlan(state, { databases: ["app", "shop"] }), {
            message: [
                'database "app" belongs to "postgres", not to "keyless_provisioner": create further databases as "keyless_provisioner"',
                'there is no database "shop": create it as the master first',
                'role "keyless_provisioner" exists without LOGIN, CREATEDB: it is not the bootstrap\'s; choose another name for the provisioner',
            ].join("\n"),
        });
    });
});
