import assert from "node:assert/strict";

import { Attributes } from "../../../../sandbox/providers/postgresql/fields";
import { kindOf } from "../../../../sandbox/providers/postgresql/kind";
import type { ResourceType } from "../../../../sandbox/providers/postgresql/kind";
import type { ConfiguredServer } from "../../../../sandbox/providers/postgresql/server";
import { UNKNOWN } from "../../../../sandbox/cloud/props";
import { HalfDone, ProviderError } from "../../../../sandbox/providers/protocol/types";
import type { Props } from "../../../../sandbox/cloud/props";
import type { Kind } from "../../../../sandbox/providers/protocol/types";

const context = {
    urn: "urn:x",
    name: "web",
    type: "tiny:index:Thing",
    randomSeed: Buffer.from("0123456789abcdef", "hex"),
};

/** The state of "the server", and whether it refuses changes. */
interface World {
    held: Props | undefined;
    refuses: boolean;
}

function typeIn(world: World): ResourceType {
    const write = async (_: ConfiguredServer, attributes: Attributes): Promise<void> => {
        if (world.refuses) {
            throw new ProviderError("refused");
        }
        attributes.id = attributes.text("name");
    };
    return {
        fields: {
            name: { type: "text", required: true },
            owner: { type: "text", computed: true },
            place: { type: "text", forceNew: true },
            limit: { type: "integer", default: -1, least: -1 },
            login: { type: "flag", default: false },
            roles: { type: "set" },
            paths: { type: "list" },
            secret: { type: "text", writeOnly: true, requiredWith: ["secretVersion"] },
            secretVersion: { type: "text", requiredWith: ["secret"] },
        },
        idOf: (attributes) => attributes.text("name"),
        create: write,
        update: write,
        async read(_, attributes) {
            for (const [name, value] of Object.entries(world.held ?? {})) {
                attributes.put(name, value);
            }
            return world.held !== undefined;
        },
        async delete() {
            world.held = undefined;
        },
    };
}

function kindIn(world: World): Kind {
    return kindOf(typeIn(world), () => ({}) as ConfiguredServer);
}

const held = { name: "web", owner: "postgres", limit: -1, login: false, roles: [], paths: [] };
const outputs = { ...held, place: null, roles: null, paths: null, secret: null, secretVersion: null };
const state = { ...outputs, id: "web" };
const inputs = { name: "web", limit: -1, __defaults: ["limit"] };

describe("a resource type of the postgresql stand-in", () => {
    it("sets defaults other than zero values, and records which they are", async () => {
        const checked = await kindIn({ held, refuses: false }).check({ name: "web" }, undefined, context);
        assert.deepEqual(checked, { inputs, failures: [] });
    });

    it("generates a name from the engine's seed, and keeps it", async () => {
        const kind = kindIn({ held, refuses: false });
        const first = await kind.check({}, undefined, context);
        assert.equal(first.inputs["name"], "web-0123456");
        const later = await kind.check({}, first.inputs, { ...context, randomSeed: Buffer.alloc(8) });
        assert.equal(later.inputs["name"], "web-0123456");
        const renamed = await kind.check({}, { name: "mine", __defaults: [] }, context);
        assert.equal(renamed.inputs["name"], "web-0123456");
    });

    it("lists all errors in the arguments", async () => {
        const news = { name: 1, nonsense: true, limit: -2, login: "yes", roles: "x", secret: "s" };
        assert.deepEqual((await kindIn({ held, refuses: false }).check(news, undefined, context)).failures, [
            {
                property: "nonsense",
                reason: "is not an argument of tiny:index:Thing; its arguments are name, owner, place, limit, login, roles, paths, secret, secretVersion",
            },
            { property: "name", reason: "is 1; must be a string" },
            { property: "limit", reason: "is -2; must be at least -1" },
            { property: "login", reason: 'is "yes"; must be true or false' },
            { property: "roles", reason: 'is "x"; must be a list of strings' },
            { property: "secret", reason: "requires secretVersion" },
        ]);
    });

    it("previews a creation without a server", async () => {
        const kind = kindOf(typeIn({ held, refuses: true }), () => assert.fail("a preview called the server"));
        const created = await kind.create({ name: UNKNOWN, roles: ["b", "a"], secret: "s" }, context, true);
        assert.deepEqual(created, { id: "", state: { ...outputs, name: UNKNOWN, owner: UNKNOWN, roles: ["a", "b"] } });
    });

    it("stores the server's values, but sets as planned", async () => {
        const world = { held: { ...held, limit: 7, roles: ["a", "sneaked in"] }, refuses: false };
        const created = await kindIn(world).create(
            { name: "web", roles: ["a"], secret: "s", secretVersion: "1" },
            context,
            false,
        );
        assert.deepEqual(created, { id: "web", state: { ...state, limit: 7, roles: ["a"], secretVersion: "1" } });
    });

    it("detects drift from the state, whatever the inputs were", async () => {
        const kind = kindIn({ held, refuses: false });
        const cases: [Props, Props, string[], string[]][] = [
            [state, inputs, [], []],
            [{ ...state, login: true }, inputs, ["login"], []],
            [{ ...state, roles: ["x"] }, inputs, ["roles"], []],
            [{ ...state, roles: ["a", "b"] }, { ...inputs, roles: ["b", "a"] }, [], []],
            [{ ...state, paths: ["a", "b"] }, { ...inputs, paths: ["b", "a"] }, ["paths"], []],
            [{ ...state, owner: "other" }, inputs, [], []],
            [state, { ...inputs, owner: "app" }, ["owner"], []],
            [state, { ...inputs, place: "there" }, ["place"], ["place"]],
            [state, { ...inputs, place: UNKNOWN }, ["place"], ["place"]],
            [state, { ...inputs, secret: "new" }, [], []],
            [{ ...state, limit: null }, inputs, ["limit"], []],
        ];
        for (const [before, news, changed, replace] of cases) {
            const difference = await kind.diff("web", before, inputs, news);
            assert.deepEqual([difference.changed, difference.replace], [changed, replace]);
        }
    });

    it("deletes before it replaces only a resource with an explicit name", async () => {
        const kind = kindIn({ held, refuses: false });
        const replaced = { ...inputs, place: "there" };
        assert.equal((await kind.diff("web", state, inputs, replaced)).deleteBeforeReplace, true);
        assert.equal(
            (await kind.diff("web", state, inputs, { ...replaced, __defaults: ["limit", "name"] })).deleteBeforeReplace,
            false,
        );
    });

    it("shows the server's values on refresh, in inputs that the program gave", async () => {
        const world: World = { held: { ...held, limit: 3, roles: ["a", "c"], login: true }, refuses: false };
        const current = await kindIn(world).read("web", state, { ...inputs, roles: ["b"] }, context);
        assert.deepEqual(current?.inputs, { name: "web", limit: 3, roles: ["a"] });
        assert.deepEqual([current?.state["roles"], current?.state["login"]], [["a", "c"], true]);
        world.held = undefined;
        assert.equal(await kindIn(world).read("web", state, inputs, context), undefined);
    });

    it("imports with only an id, and omits defaults from the inputs", async () => {
        const current = await kindIn({ held: { ...held, roles: ["a"] }, refuses: false }).read(
            "web",
            {},
            undefined,
            context,
        );
        assert.deepEqual(current?.inputs, { name: "web", owner: "postgres", roles: ["a"], __defaults: [] });
    });

    it("considers a failed change applied until it is read back, as the original does", async () => {
        const world = { held, refuses: true };
        const failed = await kindIn(world)
            .update("web", state, { ...inputs, owner: "app" }, context, false)
            .catch((error: unknown) => error);
        assert.ok(failed instanceof HalfDone);
        assert.deepEqual([failed.message, failed.left.state["owner"]], ["refused", "app"]);
        const difference = await kindIn(world).diff("web", failed.left.state, inputs, { ...inputs, owner: "app" });
        assert.deepEqual(difference.changed, [], "the next run sees no difference");
    });

    it("stores nothing after a failed creation", async () => {
        await assert.rejects(kindIn({ held, refuses: true }).create({ name: "web" }, context, false), (error) => {
            return error instanceof ProviderError && !(error instanceof HalfDone) && error.message === "refused";
        });
    });

    it("follows an id that an update changed, which the engine is not informed of", async () => {
        const seen: string[] = [];
        const type = {
            ...typeIn({ held, refuses: false }),
            read: async (_: ConfiguredServer, attributes: Attributes) => seen.push(attributes.id) > 0,
        };
        await kindOf(type, () => ({}) as ConfiguredServer).read("old", { ...state, id: "new" }, inputs, context);
        assert.deepEqual(seen, ["new"]);
    });
});

describe("a set", () => {
    it("is iterated in the order in which Terraform's SDK hashes it", () => {
        const attributes = new Attributes({ objects: { type: "set" } }, {}, { objects: ["a", "b", "a"] }, "");
        assert.deepEqual(attributes.set("objects"), ["b", "a"]);
    });
});
