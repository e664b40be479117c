import { deepEqual, equal, ok } from "node:assert/strict";

import { declarations } from "../../../../sandbox/providers/aws/declarations";
import { schemaOf } from "../../../../sandbox/providers/aws/declaring/schema";
import { ACCESS_ENTRY, ACCESS_POLICY_ASSOCIATION } from "../../../../sandbox/cloud/aws/tokens";
import type { Props } from "../../../../sandbox/cloud/props";
import { UNKNOWN } from "../../../../sandbox/cloud/props";
import { attachments } from "./cases/attachments";
import { alarms } from "./cases/alarms";
import { compute } from "./cases/compute";
import { network } from "./cases/network";
import { others } from "./cases/others";
import { peering } from "./cases/peering";
import { people } from "./cases/people";
import { policies } from "./cases/policies";
import { proxies } from "./cases/proxies";
import { rds } from "./cases/rds";
import { roles } from "./cases/roles";
import { security } from "./cases/security";
import { Stage, refusal } from "./stage";
import type { World } from "./world";
import { furnish } from "./world";

const unprotected = (sample: Props): Props => ("deletionProtection" in sample ? { deletionProtection: false } : {});

const cases = [
    ...attachments,
    ...alarms,
    ...compute,
    ...network,
    ...others,
    ...peering,
    ...people,
    ...policies,
    ...proxies,
    ...rds,
    ...roles,
    ...security,
];

describe("every declared type", () => {
    let world: World;
    let original: Stage;
    let stage: Stage;

    before(async () => {
        original = await Stage.open();
        world = await furnish(original);
    });

    it("has a case", () => {
        const tried = new Set(cases.map(({ type }) => type));
        deepEqual(
            declarations.map(({ type }) => type).filter((type) => !tried.has(type)),
            [],
        );
    });

    for (const { type, sample, refused } of cases) {
        describe(type, () => {
            beforeEach(async () => {
                stage = await original.copy();
                if (type === ACCESS_POLICY_ASSOCIATION) {
                    // Requires an entry; in the case of the entry itself, none must exist yet.
                    await stage.create(ACCESS_ENTRY, {
                        clusterName: world["kubernetes"] ?? "",
                        principalArn: world["roleArn"] ?? "",
                    });
                }
            });

            it("creates its sample, stores it, and shows no difference", async () => {
                const made = await stage.create(type, sample(world));
                deepEqual(await stage.change(type, made, sample(world)), {
                    changed: [],
                    replace: [],
                    state: made.state,
                });
                const read = await stage
                    .kind(type)
                    .read(made.id, made.state, made.inputs, { urn: "", name: "x", type });
                deepEqual(read, { id: made.id, state: made.state, inputs: made.inputs });
                ok(!schemaOf(type).outputs.has("arn") || made.state["arn"] !== "", "it has an ARN");
            });

            it("can be deleted, also twice", async () => {
                const made = await stage.create(type, { ...sample(world), ...unprotected(sample(world)) });
                await stage.remove(type, made);
                await stage.remove(type, made);
                equal(
                    await stage.kind(type).read(made.id, made.state, made.inputs, { urn: "", name: "x", type }),
                    undefined,
                );
            });

            it("knows only the program's arguments in a preview", async () => {
                const before = stage.store.list(type).length;
                const { id, state } = await stage.preview(type, sample(world));
                equal(id, "");
                equal(stage.store.list(type).length, before, "a preview creates nothing");
                if (schemaOf(type).outputs.has("arn") && !schemaOf(type).inputs.has("arn")) {
                    equal(state["arn"], UNKNOWN);
                }
            });

            it("refuses an argument that the SDK does not have", async () => {
                const message = await refusal(stage.create(type, { ...sample(world), colour: "red" }));
                ok(message.startsWith("colour: Invalid or unknown key; allowed are "), message);
            });

            for (const [name] of [...schemaOf(type).inputs].filter(([, { required }]) => required)) {
                it(`requires ${name}`, async () => {
                    const message = await refusal(stage.create(type, { ...sample(world), [name]: null }));
                    equal(
                        message,
                        `${name}: Missing required argument. The argument "${name}" is required, but no definition was found`,
                    );
                });
            }

            for (const [why, change, message] of refused) {
                it(`refuses ${why}`, async () => {
                    equal(await refusal(stage.create(type, { ...sample(world), ...change(world) })), message(world));
                });
            }
        });
    }
});
