import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Report } from "../../access";
import { Edit } from "../access/support/edit";
import { exportOf } from "../access/support/resources";
import type { Sketch } from "../access/support/resources";
import { keyless } from "../support/keyless";
import type { Ended } from "../support/keyless";

describe("keyless access", () => {
    let dir: string;
    const at = (name: string): string => join(dir, name);
    const access = (...args: string[]): Promise<Ended> => keyless(at("state"), "access", ...args);

    function write(name: string, sketches: readonly Sketch[], ...stated: readonly object[]): string {
        const config = stated.length === 0 ? {} : { config: { "keyless:assertions": JSON.stringify(stated) } };
        writeFileSync(at(name), JSON.stringify({ ...exportOf(sketches), ...config }));
        return at(name);
    }

    let sound: string;
    let faulty: string;
    let faultySketches: readonly Sketch[];

    before(() => {
        dir = mkdtempSync(join(tmpdir(), "keyless-access-"));
        sound = write("sound.json", new Edit({ tenants: ["shop", "billing"] }).sketches);
        const planted = new Edit({ tenants: ["shop", "billing"] });
        planted.grant("shop_app", { schema: "billing", objectType: "schema", privileges: ["USAGE"] });
        planted.grant("shop_app", {
            schema: "billing",
            objectType: "table",
            objects: ["invoices"],
            privileges: ["SELECT"],
        });
        faultySketches = planted.sketches;
        faulty = write("faulty.json", faultySketches);
    });
    after(() => rmSync(dir, { recursive: true }));

    it("prints the access matrix of a stack's export without starting a server", async () => {
        const { code, stdout, stderr } = await access("--after", sound);
        assert.deepEqual(
            { code, stdout, stderr },
            {
                code: 0,
                stdout: [
                    "who reaches what:",
                    "  any client with the password of master  administer  all of aurora",
                    "  billing/billing                         write       aurora/app/billing",
                    "  shop/shop                               write       aurora/app/shop",
                    "",
                ].join("\n"),
                stderr: "",
            },
        );
        assert.equal(existsSync(at("state")), false);
    });

    it("compares two versions: which identity gained what, with which risks, and through which change", async () => {
        const { code, stdout } = await access("--before", sound, "--after", faulty);
        assert.equal(code, 0);
        assert.deepEqual(stdout.split("\n").slice(0, 3), [
            "gained and lost:",
            "  + shop/shop read aurora/app/billing (reaches another identity's data), through new postgresql:Grant planted-38, new postgresql:Grant planted-39",
            "",
        ]);
    });

    it("reports that nothing changed", async () => {
        const { stdout } = await access("--before", sound, "--after", sound);
        assert.match(stdout, /^no identity can read or change more or less than before\n\nwho reaches what:\n/);
    });

    it("exits with 3 under --gate if and only if access grows", async () => {
        const grown = await access("--gate", "--before", sound, "--after", faulty);
        const shrunk = await access("--gate", "--before", faulty, "--after", sound);
        assert.deepEqual([grown.code, shrunk.code], [3, 0]);
    });

    it("fails with 4 at the gate for disruption when data would be lost, and with 5 when reach grows too", async () => {
        const dropped = write("dropped.json", new Edit({ tenants: ["shop"] }).sketches);
        const swapped = write("swapped.json", new Edit({ tenants: ["shop", "crm"] }).sketches);
        const codes = [];
        for (const [before, after] of [
            [sound, dropped],
            [sound, swapped],
            [dropped, sound],
        ] as const) {
            const { code } = await access("--gate", "--gate-disruption", "--before", before, "--after", after);
            codes.push(code);
        }
        assert.deepEqual(codes, [4, 5, 3]);
    });

    it("prints one JSON object, and writes the page, the picture and the comment", async () => {
        const files = { html: at("page.html"), svg: at("picture.svg"), markdown: at("comment.md") };
        const options = Object.entries(files).flatMap(([name, file]) => [`--${name}`, file]);
        const { code, stdout } = await access("--before", sound, "--after", faulty, "--json", ...options);
        const report = JSON.parse(stdout) as Report;
        assert.deepEqual(
            [code, report.changes?.map(({ direction, identity, place, level }) => [direction, identity, place, level])],
            [0, [["gained", "shop/shop", "aurora/app/billing", "read"]]],
        );
        assert.match(readFileSync(files.html, "utf8"), /^<!doctype html>/);
        assert.match(readFileSync(files.svg, "utf8"), /^<svg /);
        assert.match(
            readFileSync(files.markdown, "utf8"),
            /^<!-- keyless-access -->\n\n### Who can reach which data: /,
        );
    });

    it("combines several stacks: a platform and a stack that grants access to it", async () => {
        const all = new Edit({ tenants: ["shop"] }).sketches;
        const isPlatform = ({ type }: Sketch): boolean => /^(aws:(ec2|vpc|rds|eks)|pulumi:)/.test(type);
        const [platform, access2] = [
            write("platform.json", all.filter(isPlatform)),
            write(
                "access.json",
                all.filter((one) => !isPlatform(one)),
            ),
        ];
        const both = await access("--after", platform, "--after", access2);
        assert.match(both.stdout, /^ {2}shop\/shop +write +aurora\/app\/shop$/m);
        const alone = await access("--after", access2);
        assert.doesNotMatch(alone.stdout, /shop\/shop +write/);
    });

    it("fails and prints the chain when an assertion is violated", async () => {
        const file = at("assertions.yaml");
        writeFileSync(file, "- never: shop reads billing\n- isolated: tenants\n");
        const good = await access("--assertions", file, "--after", sound);
        const bad = await access("--assertions", file, "--after", faulty, "--markdown", "-");
        assert.deepEqual([good.code, bad.code], [0, 1]);
        assert.match(
            bad.stdout,
            /^- \*\*never: shop reads billing\*\* is violated: shop\/shop may read billing\.invoices$/m,
        );
        assert.match(
            bad.stdout,
            /shop&#95;app has SELECT on billing\.invoices, granted by postgresql:Grant planted-39/,
        );
    });

    it("checks a change against the assertions of the version before too, and reports removed assertions first", async () => {
        const stated = [{ isolated: "tenants" }, { never: "billing reaches shop" }];
        const { sketches } = new Edit({ tenants: ["shop", "billing"] });
        const [before, kept] = [write("before.json", sketches, ...stated), write("kept.json", sketches, ...stated)];
        const [withdrawing, growing] = [
            write("withdrawing.json", sketches, { never: "billing reads shop" }),
            write("growing.json", faultySketches),
        ];
        const [same, gone, grown] = await Promise.all(
            [kept, withdrawing, growing].map((after) => access("--gate", "--before", before, "--after", after)),
        );
        assert.deepEqual([same?.code, gone?.code, grown?.code], [0, 3, 1]);
        assert.deepEqual(gone?.stdout.split("\n").slice(0, 3), [
            "look at first:",
            "  no longer stated: isolated: tenants",
            "  stated less strictly than before: never: billing reaches shop",
        ]);
        assert.deepEqual(grown?.stdout.split("\n").slice(0, 6), [
            "look at first:",
            "  no longer stated: isolated: tenants",
            "  no longer stated: never: billing reaches shop",
            "",
            "must not be:",
            "  isolated: tenants (stated before this change): shop/shop reaches billing and shop",
        ]);
        const page = at("withdrawn.html");
        const compared = await access("--before", before, "--after", growing, "--markdown", "-", "--html", page);
        assert.match(
            compared.stdout,
            /^<!-- keyless-access -->\n\n### [^\n]+\n\n- ⚠ \*\*no longer stated: isolated: tenants\*\*\n/,
        );
        assert.match(
            readFileSync(page, "utf8"),
            /<ul class="notices" [^>]+><li>no longer stated: isolated: tenants<\/li>/,
        );
    });

    it("checks several stacks together against the assertions of each", async () => {
        const [platform, tenants] = [
            write("stated.json", faultySketches, { isolated: "tenants" }),
            write("silent.json", [], { never: "ghost reads shop", future: "ghost" }),
        ];
        assert.equal((await access("--after", platform, "--after", tenants)).code, 1);
    });

    it("reports unreadable input and the allowed forms without a stack trace", async () => {
        const [broken, other] = [at("broken.json"), at("other.json")];
        writeFileSync(broken, "{");
        writeFileSync(other, '{"colour": "blue"}');
        writeFileSync(at("wrong.yaml"), "- never: shop sees billing\n- sometimes: x\n");
        const said = await Promise.all([
            access("--after", broken),
            access("--after", other),
            access("--after", "stack:nowhere"),
            access("--after", sound, "--assertions", at("wrong.yaml")),
        ]);
        assert.deepEqual(
            said.map(({ code, stdout }) => [code, stdout]),
            said.map(() => [2, ""]),
        );
        const [first = "", second = "", third = "", fourth = ""] = said.map(({ stderr }) => stderr);
        assert.ok(
            first.startsWith(`${broken} can't be read as JSON: `) &&
                first.endsWith("; pass a file, stack:NAME or git:REVISION\n"),
            first,
        );
        assert.match(
            second,
            /other\.json: no resources in a document with the keys colour; give the output of pulumi preview --json --show-sames, /,
        );
        assert.equal(third, 'the sandbox has no stack "nowhere"; deploy it: npm start -- --stack nowhere\n');
        assert.match(
            fourth,
            /^assertion 1 is \{"never":"shop sees billing"\}: not of the form WHO VERB DATA; assertion 2 is \{"sometimes":"x"\}: unknown key "sometimes"; allowed are /,
        );
        assert.deepEqual(
            said.filter(({ stderr }) => /\n {4}at /.test(stderr)),
            [],
        );
    });
});
