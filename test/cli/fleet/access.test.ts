import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";

import { type Documents, documentsOf, planted, type Planted } from "../../access/support/shards";
import { connectPolicy, RESOURCE_ID } from "../../access/support/stack";
import { keyless } from "../../support/keyless";

const tenants = { "fleet-eu1-001": ["shop"], "fleet-eu1-002": ["billing"], "fleet-eu1-003": ["crm"] };

const leak = planted("rolePolicy", "leak", {
    role: "shop",
    policy: JSON.stringify(connectPolicy(RESOURCE_ID, "crm_app")),
});

interface Line {
    readonly stack?: string;
    readonly report?: { readonly cells: readonly object[] };
    readonly findings?: { readonly crossings: readonly { readonly text: string }[] };
    readonly new?: readonly string[];
    readonly summary?: object;
}

describe("keyless fleet access", () => {
    let folder: string;

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "keyless-fleet-access-"));
        const names = Object.values(tenants).flat();
        writeFileSync(
            join(folder, "keyless.fleet.yaml"),
            stringify({
                name: "fleet",
                tenantsPerShard: 1,
                cells: [
                    {
                        name: "eu1",
                        platformStack: "organization/keyless/test",
                        config: { "aws:region": "eu-central-1" },
                    },
                ],
                tenants: names.map((name) => ({ name, limits: { connections: 5 } })),
            }),
        );
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    /** Documents as `--save` writes them; none of a shard that is not deployed. */
    function saved(name: string, plants: Planted = {}, without: readonly string[] = []): string {
        const documents: Documents = documentsOf(tenants, plants);
        mkdirSync(join(folder, name));
        Object.entries(documents)
            .filter(([stack]) => !without.includes(stack))
            .forEach(([stack, document]) =>
                writeFileSync(join(folder, name, `${stack}.json`), JSON.stringify(document)),
            );
        return join(folder, name);
    }

    async function access(...args: string[]) {
        const { code, stdout, stderr } = await keyless(
            ...([
                join(folder, "state"),
                "fleet",
                "access",
                "--file",
                join(folder, "keyless.fleet.yaml"),
                ...args,
            ] as const),
        );
        return { code, stdout, stderr };
    }

    async function lines(
        ...args: string[]
    ): Promise<{ readonly code: number | null; readonly lines: readonly Line[] }> {
        const { code, stdout, stderr } = await access(...args, "--json");
        assert.equal(stderr, "");
        return {
            code,
            lines: stdout
                .trim()
                .split("\n")
                .map((line) => JSON.parse(line) as Line),
        };
    }

    it("prints each stack's own access on a line of its own, and that shards share nothing", async () => {
        const { code, lines: all } = await lines("--after", saved("now"));
        assert.deepEqual(
            [code, all.map(({ stack, report }) => [stack, report?.cells.length])],
            [
                0,
                [
                    // The master's password, and then a tenant's login each.
                    ["organization/keyless/test", 1],
                    ["fleet-eu1-001", 7],
                    ["fleet-eu1-002", 7],
                    ["fleet-eu1-003", 7],
                    [undefined, undefined],
                    [undefined, undefined],
                ],
            ],
        );
        assert.deepEqual(all.slice(-2), [
            { findings: { crossings: [], twice: [], several: [] } },
            { summary: { shards: 3, notDeployed: [], cells: 22, grown: false, violations: 0 } },
        ]);
    });

    it("fails with the chain of an identity that reaches another shard's data", async () => {
        const { code, stdout } = await access("--after", saved("now", { "fleet-eu1-001": [leak] }));
        assert.equal(code, 1);
        assert.match(
            stdout,
            /across shards:\n {2}shop\/shop of fleet-eu1-001 may write app\/crm of fleet-eu1-003\n {4}service account shop\/shop is annotated with aws:Role shop\n/,
        );
        assert.match(stdout, /\n3 shards, \d+ cells: 1 ways into other shards' data\n$/);
    });

    it("compares with a version before, and the gate fails for what only both shards show", async () => {
        const [before, after] = [saved("before"), saved("now", { "fleet-eu1-001": [leak] })];
        const same = await lines("--before", before, "--after", before, "--gate");
        assert.deepEqual([same.code, same.lines.at(-2)?.new], [0, []]);
        const { code, lines: all } = await lines("--before", before, "--after", after, "--gate");
        assert.deepEqual(
            [code, all.at(-2)?.new],
            [1, ["shop/shop of fleet-eu1-001 may write app/crm of fleet-eu1-003"]],
        );
        const fewer = await lines("--before", after, "--after", before, "--gate");
        assert.deepEqual([fewer.code, fewer.lines.at(-2)?.new], [0, []]);
    });

    it("fails by the gate when a shard's own access grows, and names a shard that is not deployed", async () => {
        const more = planted("grant", "more", {
            ...{ role: "shop_app", database: "app", schema: "shop", objectType: "schema", privileges: ["CREATE"] },
        });
        const [before, after] = [saved("before"), saved("now", { "fleet-eu1-001": [more] }, ["fleet-eu1-002"])];
        const { code, lines: all } = await lines("--before", before, "--after", after, "--gate");
        assert.deepEqual(
            [code, all.at(-1)?.summary],
            // Those that are lost count too.
            [3, { shards: 3, notDeployed: [], cells: 25, grown: true, violations: 0 }],
        );
        const { lines: alone } = await lines("--after", after);
        assert.deepEqual(alone.at(-1)?.summary, {
            shards: 2,
            notDeployed: ["fleet-eu1-002"],
            cells: 17,
            grown: false,
            violations: 0,
        });
    });

    it("passes no gate where the platform has no state: nobody would seem to reach anything", async () => {
        const [before, empty] = [saved("before"), saved("now", {}, ["test"])];
        for (const compared of [[], ["--before", before, "--gate"]]) {
            const { code, stdout, stderr } = await access("--after", empty, ...compared);
            assert.deepEqual([code, stdout], [2, ""]);
            assert.match(stderr, /there is no state of organization\/keyless\/test, on which eu1's shards are/);
        }
    });

    it("checks assertions in every shard, and refuses a name that none has", async () => {
        const file = join(folder, "assertions.yaml");
        writeFileSync(file, stringify([{ never: "crm reaches crm" }, { never: "shop reaches billing" }]));
        const now = saved("now");
        const { code, lines: all } = await lines("--after", now, "--assertions", file);
        assert.deepEqual([code, (all.at(-1)?.summary as { violations: number }).violations > 0], [1, true]);
        writeFileSync(file, stringify([{ never: "nobody reaches crm" }]));
        const { code: refused, stderr } = await access("--after", now, "--assertions", file);
        assert.equal(refused, 2);
        assert.match(stderr, /nothing is called nobody/);
    });
});
