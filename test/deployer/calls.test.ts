import assert from "node:assert/strict";

import { rowOf, rows } from "../../deployer/calls";
import { functions } from "../../deployer/calls/functions";
import type { Call } from "../../deployer/calls/row";
import { declarations } from "../../sandbox/providers/aws/declarations";
import { argumentsOf, schemaOf } from "../../sandbox/providers/aws/declaring/schema";

const callsOf = (type: string): readonly Call[] => {
    const row = rowOf(type);
    return [...row.create, ...(row.then ?? []), ...row.read, ...row.update, ...row.delete];
};

describe("the calls of the AWS provider", () => {
    it("are known for each resource type of the sandbox, and for no other", () => {
        assert.deepEqual(Object.keys(rows).sort(), declarations.map(({ type }) => type).sort());
        assert.throws(() => rowOf("aws:sqs/queue:Queue"), /deployer\/calls has no row for aws:sqs\/queue:Queue/);
    });

    it("are known for data sources that the SDK has", () => {
        for (const [token, { source }] of Object.entries(functions)) {
            assert.doesNotThrow(() => argumentsOf(token), token);
            assert.notEqual(source, "");
        }
    });

    for (const type of Object.keys(rows)) {
        const { tags = [], source } = rowOf(type);
        const { inputs, outputs } = schemaOf(type);

        it(`name actions in full, and the file that makes them: ${type}`, () => {
            const actions = [...tags, ...callsOf(type).flatMap(([names]) => names.split(" "))];
            assert.deepEqual(
                actions.filter((action) => !/^[a-z0-9-]+:[A-Z][A-Za-z0-9]+$/.test(action)),
                [],
            );
            assert.match(source, /^[a-z0-9]+\/\w+\.go$/);
        });

        it(`depend on properties that the type has: ${type}`, () => {
            const named = callsOf(type).flatMap(([, , only]) => [
                ...(only?.given === undefined ? [] : [only.given]),
                ...(only?.changed?.split(" ") ?? []),
            ]);
            assert.deepEqual(
                named.filter((name) => !inputs.has(name) && !outputs.has(name)),
                [],
            );
        });

        it(`stand on resources that follow from properties of the type: ${type}`, () => {
            const templates = [[rowOf(type).self].flat(), callsOf(type).flatMap(([, on = []]) => [on].flat())].flat();
            const placeholders = templates
                .flatMap((template) => template.match(/(?<=\{)[^}]+(?=\})/g) ?? [])
                .map((placeholder) => placeholder.split(/[>.]/)[0] ?? "");
            const known = ["id", "partition", "region", "account"];
            // A call with properties of several types of database, of which each has its own.
            const others = ["clusterIdentifier", "dbParameterGroupName", "parameterGroupName", "dbSubnetGroupName"];
            assert.deepEqual(
                placeholders.filter(
                    (name) => ![...known, ...others].includes(name) && !inputs.has(name) && !outputs.has(name),
                ),
                [],
            );
        });
    }
});
