import assert from "node:assert/strict";

import { attemptsOf } from "../../../sandbox/proof/attempts";
import { expected } from "../../../sandbox/proof/expectation";
import type { Access } from "../../../sandbox/proof/expectation";

const ACCESS: Access = {
    database: "app",
    tenants: [
        { name: "shop", schema: "shop", owner: "shop_owner", login: "shop_app" },
        { name: 'O"B', schema: 'O"B', owner: 'O"B_owner', login: 'O"B_app' },
    ],
};

describe("the expected access of a stack", () => {
    it("lets an application read and write its own data, and assume no other role", () => {
        assert.deepEqual(expected(ACCESS), [
            {
                login: "shop_app",
                rights: new Map([["shop", ["read", "insert", "update", "delete"]]]),
                foreignRoles: ["shop_owner", 'O"B_owner', 'O"B_app'],
            },
            {
                login: 'O"B_app',
                rights: new Map([['O"B', ["read", "insert", "update", "delete"]]]),
                foreignRoles: ["shop_owner", "shop_app", 'O"B_owner'],
            },
        ]);
    });
});

describe("the attempts of a login", () => {
    it("cover every action on all data, every other role, and creating a database", () => {
        const [shop] = expected(ACCESS);
        const attempts = shop === undefined ? [] : attemptsOf(shop, ACCESS.tenants, "probe");
        const lines = attempts.map(({ action, on, tenant, statement, expected: allowed }) => [
            action,
            on,
            tenant,
            statement.text,
            allowed,
        ]);
        assert.deepEqual(lines, [
            ["read", "schema shop", "shop", 'SELECT * FROM "shop"."probe"', true],
            ["insert", "schema shop", "shop", 'INSERT INTO "shop"."probe" (value) VALUES (1)', true],
            ["update", "schema shop", "shop", 'UPDATE "shop"."probe" SET value = 2', true],
            ["delete", "schema shop", "shop", 'DELETE FROM "shop"."probe"', true],
            ["create", "schema shop", "shop", 'CREATE TABLE "shop"."probe_new" ()', false],
            ["drop", "schema shop", "shop", 'DROP TABLE "shop"."probe"', false],
            ["read", 'schema O"B', 'O"B', 'SELECT * FROM "O""B"."probe"', false],
            ["insert", 'schema O"B', 'O"B', 'INSERT INTO "O""B"."probe" (value) VALUES (1)', false],
            ["update", 'schema O"B', 'O"B', 'UPDATE "O""B"."probe" SET value = 2', false],
            ["delete", 'schema O"B', 'O"B', 'DELETE FROM "O""B"."probe"', false],
            ["create", 'schema O"B', 'O"B', 'CREATE TABLE "O""B"."probe_new" ()', false],
            ["drop", 'schema O"B', 'O"B', 'DROP TABLE "O""B"."probe"', false],
            ["set role", "role shop_owner", undefined, 'SET LOCAL ROLE "shop_owner"', false],
            ["set role", 'role O"B_owner', undefined, 'SET LOCAL ROLE "O""B_owner"', false],
            ["set role", 'role O"B_app', undefined, 'SET LOCAL ROLE "O""B_app"', false],
            ["create database", "the server", undefined, 'CREATE DATABASE "probe"', false],
        ]);
    });
});
