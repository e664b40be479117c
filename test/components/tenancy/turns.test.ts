import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { TURN, Turns } from "../../../components/tenancy/offboarding/turns";

const deadlock = "could not get advisory lock for members of role shop_owner: pq: deadlock detected (40P01)";

describe("removals", () => {
    /** Takes a turn, and reports it. */
    function taking(turns: Turns, seen: string[]) {
        return (urn: string) => turns.take(urn).then(() => void seen.push(urn));
    }

    const settled = () => new Promise((resolve) => setImmediate(resolve));

    it("take turns in the order in which they asked", async () => {
        const [turns, seen] = [new Turns(() => Promise.resolve(false)), [] as string[]];
        const asked = ["a", "b", "c"].map(taking(turns, seen));
        await settled();
        assert.deepEqual(seen, ["a"]);
        turns.end("b");
        await settled();
        assert.deepEqual(seen, ["a"]);
        turns.end("a");
        await settled();
        assert.deepEqual(seen, ["a", "b"]);
        turns.end("b");
        await Promise.all(asked);
    });

    it("keep their turn while they are tried again, three times, and lose it with any other failure", async () => {
        const [turns, seen] = [new Turns(() => Promise.resolve(false)), [] as string[]];
        const asked = ["a", "b", "c"].map(taking(turns, seen));
        const failed = (urn: string, ...errors: string[]) => turns.failed({ urn, errors, failedOperation: "delete" });
        await settled();
        assert.equal(failed("a", deadlock), true);
        assert.equal(failed("a", deadlock, deadlock, deadlock), true);
        await settled();
        assert.deepEqual(seen, ["a"]);
        assert.equal(failed("a", deadlock, deadlock, deadlock, deadlock), false);
        await settled();
        assert.deepEqual(seen, ["a", "b"]);
        assert.equal(failed("b", "pq: permission denied (42501)", deadlock), false);
        await Promise.all(asked);
    });

    it("leave the turn to its holder when an operation without one fails", async () => {
        const [turns, seen] = [new Turns(() => Promise.resolve(false)), [] as string[]];
        void ["a", "b"].map(taking(turns, seen));
        await settled();
        assert.equal(turns.failed({ urn: "a", errors: ["no"], failedOperation: "update" }), false);
        assert.equal(turns.failed({ urn: "schema", errors: ["no"], failedOperation: "delete" }), false);
        await settled();
        assert.deepEqual(seen, ["a"]);
    });

    it("do not wait where the program still declares the resource: everything goes, in the order of dependencies", async () => {
        const turns = new Turns(({ name }) => Promise.resolve(name === "kept"));
        const type = "postgresql:index/grant:Grant";
        const [hook] = turns.hooks(type, {}).beforeDelete ?? [];
        assert.ok(hook instanceof pulumi.ResourceHook);
        const seen: string[] = [];
        const remove = (name: string) =>
            Promise.resolve(hook.callback({ urn: name, id: name, name, type })).then(() => void seen.push(name));
        void ["gone", "waits", "kept"].map(remove);
        await settled();
        assert.deepEqual(seen.sort(), ["gone", "kept"]);
        turns.end("gone");
        await settled();
        assert.deepEqual(seen.sort(), ["gone", "kept", "waits"]);
    });

    it("run a resource's own hooks first, and do not wait for types that lock no role", () => {
        const turns = new Turns(() => Promise.resolve(false));
        const own = { beforeDelete: [new pulumi.ResourceHook("own", () => undefined)] };
        const before = (type: string) => turns.hooks(type, own).beforeDelete?.map(({ name }) => name);
        assert.deepEqual(before("postgresql:index/grant:Grant"), ["own", TURN]);
        assert.deepEqual(before("postgresql:index/schema:Schema"), ["own"]);
        assert.equal(turns.hooks("postgresql:index/schema:Schema", own).onError?.length, 1);
    });
});
