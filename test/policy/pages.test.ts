import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { policies } from "../../policy/policies";

const root = resolve(__dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

describe("the pack's documentation", () => {
    for (const { name, url, remediationSteps } of policies) {
        it(`links ${name} to its page`, () => {
            assert.equal(url, `docs/${name}.md`);
            assert.ok(existsSync(join(root, "policy", url)));
            assert.notEqual(remediationSteps, undefined);
        });
    }

    it("links to existing pages", () => {
        for (const file of [
            "policy/README.md",
            ...readdirSync(join(root, "docs/policy")).map((name) => `docs/policy/${name}`),
        ]) {
            const links = [...read(file).matchAll(/\]\(([^)#:]+)\)/g)].map(([, link]) => link ?? "");
            assert.deepEqual(
                links.filter((link) => !existsSync(resolve(root, file, "..", link))),
                [],
                file,
            );
        }
    });

    it("links to nothing outside the pack, where it may be installed alone", () => {
        for (const file of ["README.md", ...readdirSync(join(root, "policy/docs")).map((name) => `docs/${name}`)]) {
            const links = [...read(`policy/${file}`).matchAll(/\]\(([^)#:]+)\)/g)].map(([, link]) => link ?? "");
            const missing = links.filter((link) => {
                const path = resolve(root, "policy", file, "..", link);
                return !path.startsWith(join(root, "policy/")) || !existsSync(path);
            });
            assert.deepEqual(missing, [], file);
        }
    });

    it("shows parameters that the rules accept", () => {
        const known = new Map(
            policies.map(({ name, configSchema }) => [
                name,
                ["enforcementLevel", ...Object.keys(configSchema?.properties ?? {})],
            ]),
        );
        for (const file of readdirSync(join(root, "policy/examples"))) {
            const settings = JSON.parse(read(`policy/examples/${file}`)) as Record<string, unknown>;
            for (const [rule, values] of Object.entries(settings)) {
                assert.ok(rule === "all" || known.has(rule), `${file}: ${rule}`);
                assert.deepEqual(
                    typeof values === "string"
                        ? []
                        : Object.keys(values as object).filter((one) => known.get(rule)?.includes(one) !== true),
                    [],
                    file,
                );
            }
        }
    });
});
