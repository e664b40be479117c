import { deepEqual, equal } from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { CloudObject } from "../../../sandbox/cloud/store";
import { Store } from "../../../sandbox/cloud/store";

const type = "aws:rds/cluster:Cluster";

function object(id: string, more: Partial<CloudObject> = {}): CloudObject {
    return {
        type,
        id,
        region: "eu-central-1",
        account: "111122223333",
        inputs: { id },
        state: { id, port: 5432 },
        ...more,
    };
}

describe("the store of the stand-in cloud", () => {
    let folder: string;
    let store: Store;

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "keyless-store-"));
        store = new Store(folder);
    });

    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    it("is empty at first", () => {
        deepEqual([store.get(type, "a"), store.list(type)], [undefined, []]);
    });

    it("returns stored objects, also to another instance", () => {
        store.put(object("a"));
        deepEqual(new Store(folder).get(type, "a"), object("a"));
    });

    it("distinguishes regions and accounts", () => {
        const here = object("a");
        const there = object("a", { region: "us-east-1" });
        const theirs = object("a", { account: "444455556666" });
        [here, there, theirs].forEach((each) => store.put(each));
        deepEqual(store.get(type, "a", { region: "us-east-1", account: "111122223333" }), there);
        deepEqual(store.list(type, { account: "444455556666" }), [theirs]);
        deepEqual(store.list(type, { region: "eu-central-1" }), [here, theirs]);
        store.remove(type, "a", { region: "us-east-1" });
        deepEqual(store.list(type), [here, theirs]);
    });

    it("adds an object only once", () => {
        deepEqual([store.add(object("a")), store.add(object("a", { state: {} }))], [true, false]);
        deepEqual(store.get(type, "a"), object("a"));
    });

    for (const id of [
        "/aws/rds/cluster/x/postgresql",
        "arn:aws:iam::1:policy/a b*?",
        `long-${"x".repeat(400)}`,
        "ünïcode",
    ]) {
        it(`stores an object with the id ${id.slice(0, 40)}`, () => {
            store.put(object(id));
            deepEqual(store.get(type, id), object(id));
            store.remove(type, id);
            deepEqual(store.list(type), []);
        });
    }

    it("distinguishes long ids with the same prefix", () => {
        const [a, b] = [object(`${"x".repeat(300)}a`), object(`${"x".repeat(300)}b`)];
        [a, b].forEach((each) => store.put(each));
        deepEqual(store.list(type).length, 2);
    });

    it("ignores the removal of an object that does not exist", () => {
        store.remove(type, "a");
        deepEqual(store.list(type), []);
    });

    it("makes files, which can contain passwords, readable only for their owner", () => {
        store.put(object("a"));
        const kind = join(folder, encodeURIComponent(type));
        const [file = ""] = readdirSync(kind);
        deepEqual([statSync(join(kind, file)).mode & 0o777, statSync(kind).mode & 0o777], [0o600, 0o700]);
    });

    it("returns only complete objects while several processes write", async () => {
        const script = `
            const { Store } = require(${JSON.stringify(join(__dirname, "../../../sandbox/cloud/store"))});
            const store = new Store(${JSON.stringify(folder)});
            let added = 0;
            for (let i = 0; i < 150; i++) {
                store.put({ type: "t", id: "shared", region: "r", account: "a", inputs: {}, state: { by: process.pid, text: "x".repeat(i * 50) } });
                added += store.add({ type: "t", id: "n" + i, region: "r", account: "a", inputs: {}, state: {} }) ? 1 : 0;
                if (store.list("t").some((each) => each.type !== "t")) throw new Error("half an object");
            }
            process.stdout.write(String(added));`;
        const run = (): Promise<number> =>
            new Promise((resolve, reject) => {
                const child = spawn(process.execPath, ["--import", "tsx", "--eval", script], {
                    stdio: ["ignore", "pipe", "pipe"],
                });
                let output = "";
                let errors = "";
                child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
                child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
                child.on("exit", (code) => (code === 0 ? resolve(Number(output)) : reject(new Error(errors))));
            });
        const [first, second] = await Promise.all([run(), run()]);
        equal(first + second, 150, "each object was added by exactly one process");
        deepEqual(new Store(folder).list("t").length, 151);
        deepEqual(
            readdirSync(join(folder, "t")).filter((name) => name.startsWith(".")),
            [],
        );
    });
});
