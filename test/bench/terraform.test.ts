import assert from "node:assert/strict";

import { configuration, type ProviderSchema, type Resources } from "../../bench/database/terraform";

const text = { type: "string" };
const schema: ProviderSchema = {
    provider: {
        block: {
            attributes: { host: text, port: { type: "number" }, superuser: { type: "bool" } },
            block_types: { clientcert: { block: { attributes: { cert: text, sslinline: { type: "bool" } } } } },
        },
    },
    resource_schemas: {
        postgresql_role: {
            block: { attributes: { name: text, login: { type: "bool" }, search_path: { type: ["list", "string"] } } },
        },
        postgresql_default_privileges: {
            block: { attributes: { owner: text, object_type: text, privileges: { type: ["set", "string"] } } },
        },
        postgresql_schema: {
            block: {
                attributes: {
                    name: text,
                    policy: { type: ["set", ["object", { role: "string", usage: "bool", create: "bool" }]] },
                },
            },
        },
    },
};

const urn = (type: string, name: string) => `urn:pulumi:test::keyless::${type}::${name}`;
const provider = `${urn("pulumi:providers:postgresql", "database")}::database-id`;

function resource(
    type: string,
    name: string,
    inputs: Record<string, unknown>,
    dependencies: readonly string[] = [],
): Resources[number] {
    return { type, name, inputs, urn: urn(type, name), dependencies, provider };
}

const ROLE = "postgresql:index/role:Role";
const server = resource("pulumi:providers:postgresql", "database", {
    host: "localhost",
    port: "5432",
    superuser: "false",
    clientcert: '{"cert":"PEM","sslinline":true}',
});

describe("the peer's configuration", () => {
    it("has the program's types, inputs and provider, by the names of the schema", () => {
        const resources = [
            server,
            resource("keyless:access:Access", "keyless", {}),
            resource(ROLE, "shop", { name: "shop_app", login: true, searchPaths: ["shop"] }),
            resource("postgresql:index/defaultPrivileges:DefaultPrivileges", "shop-functions", {
                owner: "shop_owner",
                objectType: "function",
                privileges: [],
            }),
            resource("postgresql:index/schema:Schema", "shop", {
                name: "shop",
                policies: [{ role: "shop_app", usage: true }],
            }),
        ];
        const own = { provider: "postgresql.database" };
        assert.deepEqual(configuration(resources, schema), {
            terraform: { required_providers: { postgresql: { source: "cyrilgdn/postgresql" } } },
            provider: {
                postgresql: [
                    {
                        alias: "database",
                        host: "localhost",
                        port: 5432,
                        superuser: false,
                        clientcert: [{ cert: "PEM", sslinline: true }],
                    },
                ],
            },
            resource: {
                postgresql_role: { shop: { ...own, name: "shop_app", login: true, search_path: ["shop"] } },
                postgresql_default_privileges: {
                    "shop-functions": { ...own, owner: "shop_owner", object_type: "function", privileges: [] },
                },
                postgresql_schema: {
                    shop: { ...own, name: "shop", policy: [{ role: "shop_app", usage: true, create: null }] },
                },
            },
        });
    });

    it("keeps text that looks like JSON as the text that it is", () => {
        const { resource: written } = configuration([resource(ROLE, "n", { name: "007" })], schema) as {
            resource: Record<string, Record<string, { name: unknown }>>;
        };
        assert.equal(written["postgresql_role"]?.["n"]?.name, "007");
    });

    it("has the program's dependencies, also those through a resource of AWS, even around a circle", () => {
        const resources = [
            resource(ROLE, "group", { name: "group" }),
            resource("aws:iam/role:Role", "a", {}, [urn(ROLE, "group"), urn("aws:iam/role:Role", "b")]),
            resource("aws:iam/role:Role", "b", {}, [urn("aws:iam/role:Role", "a")]),
            resource(ROLE, "login", { name: "login" }, [urn("aws:iam/role:Role", "b")]),
            resource(ROLE, "last", { name: "last" }, [urn(ROLE, "login")]),
        ];
        const { resource: written } = configuration(resources, schema) as {
            resource: Record<string, Record<string, { depends_on?: unknown }>>;
        };
        const needs = Object.entries(written["postgresql_role"] ?? {}).map(([name, one]) => [name, one.depends_on]);
        assert.deepEqual(needs, [
            ["group", undefined],
            ["login", ["postgresql_role.group"]],
            ["last", ["postgresql_role.login"]],
        ]);
    });

    it("is refused for a type or an input that the provider does not have", () => {
        const configure = (one: Resources[number]) => () => configuration([one], schema);
        assert.throws(
            configure(resource("postgresql:index/server:Server", "s", {})),
            /the provider has no type postgresql_server/,
        );
        assert.throws(configure(resource(ROLE, "s", { superuser: true })), /postgresql_role has no superuser/);
    });
});
