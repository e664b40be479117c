import { parseDocument, reach, trust } from "../../policy/iam";
import { alignedRight, shown } from "../../toolkit/shown";
import { print } from "../../toolkit/terminal";

const arn = "arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-ABC/app";
const many = <T>(count: number, make: (index: number) => T): T[] =>
    Array.from({ length: count }, (_, index) => make(index));
const of = (...statements: object[]): string =>
    JSON.stringify({
        Version: "2012-10-17",
        Statement: statements.map((one) => ({ Effect: "Allow", Action: "rds-db:connect", ...one })),
    });
const deny = (more: object): object => ({ Effect: "Deny", ...more });

/** Documents designed to take long. */
const texts: Readonly<Record<string, () => string>> = {
    "10,000 exact users": () => of({ Resource: many(10_000, (index) => arn + index) }),
    "10,000 wildcards": () => of({ Resource: many(10_000, (index) => `${arn}${index}*`) }),
    "10,000 wildcards for another service": () =>
        of({ Action: "*", Resource: many(10_000, (index) => `${arn.replace("rds-db", "s3")}${index}*`) }),
    "10,000 wildcards in one pattern": () => of({ Resource: "arn:*" + "a*".repeat(10_000) }),
    "10,000 question marks": () => of({ Resource: `${arn}${"?".repeat(10_000)}` }),
    "10,000 of both": () => of({ Resource: `arn:${"?*".repeat(10_000)}` }),
    "10,000 denied wildcards": () =>
        of({ Resource: "*" }, deny({ Resource: many(10_000, (index) => `arn:*${index}*`) })),
    "10,000 users against 10,000 denied wildcards": () =>
        of(
            { Resource: many(10_000, (index) => arn + index) },
            deny({ Resource: many(10_000, (index) => `arn:*${index}x*`) }),
        ),
    "10,000 wildcards against 10,000 denied wildcards": () =>
        of(
            { Resource: many(10_000, (index) => `${arn}${index}*`) },
            deny({ Resource: many(10_000, (index) => `${arn}${index}*`) }),
        ),
    "an exception of 10,000 users": () =>
        of({ Resource: "*" }, deny({ NotResource: many(10_000, (index) => arn + index) })),
    "10,000 exceptions": () =>
        of({ Resource: "*" }, ...many(10_000, (index) => deny({ NotResource: `${arn}${index}*` }))),
    "patterns that multiply": () =>
        of(
            { Resource: "arn:*" },
            ...many(26, (index) => deny({ Resource: `arn:*/*${String.fromCharCode(97 + index)}???????????????????*` })),
            deny({ Resource: "arn:*/????????????????????????????????????????????????*" }),
        ),
    "patterns that multiply, and cover": () =>
        of(
            { Resource: "arn:*" },
            deny({ NotResource: "arn:*a????????????????????" }),
            deny({ NotResource: "arn:*b??????????????????????" }),
            deny({ NotResource: "arn:*c?????????????????????????" }),
        ),
    "10,000 statements": () => of(...many(10_000, (index) => ({ Resource: `${arn}${index}` }))),
    "10,000 wide statements": () => of(...many(10_000, () => ({ Resource: "*" }))),
    "10,000 actions": () => of({ Action: many(10_000, (index) => `rds-db:*${index}*`), Resource: "*" }),
    "an action of a megabyte": () => of({ Action: `rds-db:${"*a".repeat(500_000)}`, Resource: "*" }),
    "a resource of 2 megabytes": () => of({ Resource: `arn:aws:rds-db:${"a".repeat(2_000_000)}` }),
    "an exact user of 2 megabytes": () => of({ Resource: arn + "a".repeat(2_000_000) }),
    "a wildcard of 2 megabytes": () => of({ Resource: "*a".repeat(1_000_000) }),
    "a variable of 2 megabytes": () => of({ Resource: `arn:${"${a}".repeat(500_000)}` }),
    "5 megabytes of whitespace": () => of({ Resource: "*" }) + " ".repeat(5_000_000),
    "a Sid of 5 megabytes": () => of({ Sid: "a".repeat(5_000_000), Resource: "*" }),
    "100,000 lists deep": () => `{"Statement":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
    "100,000 objects deep": () => `{"Statement":${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}}`,
    "300,000 keys": () => `{${many(300_000, (index) => `"k${index}":1`).join()}}`,
    "a million backslashes": () => of({ Sid: '\\"'.repeat(500_000), Resource: "*" }),
    "10,000 conditions": () =>
        of({
            Resource: arn,
            Condition: { StringEquals: Object.fromEntries(many(10_000, (index) => [`k${index}`, many(10, String)])) },
        }),
};

/** The longest CPU time of a document designed to take long, in milliseconds, for both evaluations together. */
export async function hostile(): Promise<void> {
    let worst = 0;
    for (const [name, make] of Object.entries(texts)) {
        const text = make();
        const start = process.cpuUsage();
        const { verdict } = reach([parseDocument(text, "identity")]);
        trust(parseDocument(text, "trust"));
        const { user, system } = process.cpuUsage(start);
        const took = (user + system) / 1000;
        worst = Math.max(worst, took);
        print(shown`  ${alignedRight(took.toFixed(0), 5)} ms  ${name}: ${verdict}`);
    }
    print(shown`  ${alignedRight(worst.toFixed(0), 5)} ms  at most`);
}
