import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { moveShard, planMove, type Planned, type States } from "../../../cli/fleet/move";
import type { ExportedState } from "../../../cli/fleet/reparent";
import { shard as shardOf } from "./support";

const shard = shardOf("shard", "eu1");
const urn = (stack: string, types: string, name: string) => `urn:pulumi:${stack}::keyless::${types}::${name}`;
const tenant = "keyless:tenancy:Tenant";
const within = `keyless:access:Access$${tenant}`;
const root = { urn: urn("shard", "pulumi:pulumi:Stack", "keyless-shard"), type: "pulumi:pulumi:Stack" };
const access = { urn: urn("shard", "keyless:access:Access", "keyless"), op: "create" };
const wanted = urn("shard", within, "shop");

/** A shard's state, and the commands that ran. */
function engine(resources: readonly object[], held: readonly string[]) {
    let state = { deployment: { resources } } as ExportedState;
    const ran: string[] = [];
    const states: States = {
        preview: async (): Promise<readonly Planned[]> => {
            const known = (state.deployment.resources ?? []).map((one) => one["urn"]);
            return [access.urn, wanted].map((one) => ({ urn: one, op: known.includes(one) ? "same" : "create" }));
        },
        resources: async () => held.map((one) => ({ urn: one, type: one.split("::")[2]?.split("$").at(-1) ?? "" })),
        pulumi: async (_, args) => {
            ran.push(args.slice(0, 2).join(" "));
            if (args[1] === "import") {
                state = JSON.parse(readFileSync(args[5] ?? "", "utf8")) as ExportedState;
            }
            return args[1] === "export" ? JSON.stringify(state) : "";
        },
        named: ({ stack }) => stack,
    };
    return { states, ran };
}

describe("a move of tenants into a shard", () => {
    it("takes what the shard declares and the other stack has, and nothing else", async () => {
        const others = [urn("single", within, "crm"), urn("single", "keyless:access:Access", "keyless")];
        const { states } = engine([root], [urn("single", within, "shop"), ...others]);
        assert.deepEqual(await planMove("organization/keyless/single", [shard], states), [
            { shard: "shard", urns: [urn("single", within, "shop")] },
        ]);
    });

    it("is finished by the same command after a kill between its steps", async () => {
        const half = { urn: urn("shard", tenant, "shop"), type: tenant, parent: root.urn };
        const { states, ran } = engine([root, half], []);
        const [moved, ...more] = await planMove("single", [shard], states);
        assert.deepEqual([moved, more], [{ shard: "shard", urns: [] }, []]);
        assert.deepEqual(await moveShard("single", shard, moved ?? { shard: "", urns: [] }, states), []);
        assert.deepEqual(ran.slice(1), ["stack export", "stack import"]);
        assert.deepEqual(await planMove("single", [shard], states), []);
    });
});
