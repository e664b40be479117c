import assert from "node:assert/strict";
import { parseDocument, reach, UNKNOWN } from "../../../policy/iam";
import { deny, of, other, user } from "./table/row";

const judge = (...documents: unknown[]) => reach(documents.map((document) => parseDocument(document, "identity")));
const familiar = "arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ/postgres";

/** The complete report on documents, in short form. */
function all(...documents: unknown[]): unknown {
    const { verdict, users, excesses, problems, reason } = judge(...documents);
    return {
        verdict,
        users: users.map(({ arn }) => arn),
        excesses: excesses.map(({ document, statement, counterexample, pattern }) => [
            document,
            statement.index,
            counterexample,
            pattern,
        ]),
        problems,
        reason,
    };
}

const calm = { excesses: [], problems: [] };

describe("the reported reach of documents", () => {
    it("lists the named users, with their parts", () => {
        assert.deepEqual(judge(of({})).users, [
            {
                arn: user,
                partition: "aws",
                region: "eu-central-1",
                account: "111122223333",
                resourceId: "cluster-ABC",
                user: "shop",
            },
        ]);
        assert.deepEqual(all(of({})), {
            verdict: "exact",
            users: [user],
            ...calm,
            reason: "reaches only the one user it names",
        });
        assert.deepEqual(all(of({}), of({ Resource: other })), {
            verdict: "exact",
            users: [user, other],
            ...calm,
            reason: "reaches only the 2 users it names",
        });
        assert.deepEqual(all(of({ Action: "s3:*" })), {
            verdict: "none",
            users: [],
            ...calm,
            reason: "allows no rds-db:connect",
        });
        assert.deepEqual(all(), { verdict: "none", users: [], ...calm, reason: "allows no rds-db:connect" });
    });

    it("names each wide statement, its document and a counterexample", () => {
        assert.deepEqual(
            all(of({}), of({}, { Sid: "Wide", Resource: ["arn:aws:s3:::*", "*"] }, { Sid: "", NotResource: user })),
            {
                verdict: "excess",
                users: [user],
                excesses: [
                    [1, 1, familiar, "*"],
                    [1, 2, familiar, undefined],
                ],
                problems: [],
                reason: `statement 1 (Wide) allows rds-db:connect on "*", which includes ${familiar}; statement 2 allows rds-db:connect on everything except its NotResource, which includes ${familiar}`,
            },
        );
    });

    it("shows the most familiar user that the document does not name as a counterexample", () => {
        const shows = (...statements: Record<string, unknown>[]): unknown =>
            judge(of(...statements)).excesses.map(({ counterexample }) => counterexample);
        assert.deepEqual(shows({ Resource: user.replace("shop", "*") }), [user.replace("shop", "postgres")]);
        assert.deepEqual(shows({ Resource: [user.replace("shop", "postgres"), user.replace("shop", "*")] }), [
            user.replace("shop", "anyone"),
        ]);
        assert.deepEqual(shows({ Resource: user.replace("shop", "s?op") }), [user.replace("shop", "sxop")]);
        assert.deepEqual(
            shows({}, { Resource: user.replace("shop", "sho?") }, deny({ Resource: user.replace("shop", "shox") })),
            [user.replace("shop", "sho1")],
        );
        assert.deepEqual(shows({ Resource: "*" }, deny({ Resource: ["arn:aws:*", "arn:aws-cn:*"] })), [
            familiar.replace("arn:aws", "arn:aws-us-gov"),
        ]);
        assert.deepEqual(shows({ Resource: "*" }, deny({ Resource: "arn:aws*" })), [
            familiar.replace("arn:aws", "arn:x"),
        ]);
        assert.deepEqual(shows({ Resource: "arn:aws:rds-db:*:dbuser:*/*_app" }), [
            familiar.replace("postgres", "_app"),
        ]);
        assert.deepEqual(
            shows(
                { Resource: "arn:*" },
                deny({ Resource: ["*/postgres", "*/anyone", "*/other"].map((end) => `arn:${end}`) }),
            ),
            [familiar.replace("postgres", "x")],
        );
    });

    it("reports at most ten statements", () => {
        assert.equal(judge(of(...Array.from({ length: 15 }, () => ({ Resource: "*" })))).excesses.length, 10);
    });

    it("lists everything that AWS would reject, and says so", () => {
        const found = all({ Version: "2011", Statement: [{ Effect: "allow", Action: "s3:*", Resource: "*" }] }, of({}));
        const problems = [
            'Version is "2011"; it must be "2012-10-17"',
            'statement 0: Effect is "allow"; it must be "Allow" or "Deny" (case-sensitive)',
        ];
        assert.deepEqual(found, { verdict: "invalid", users: [], excesses: [], problems, reason: problems.join("; ") });
        const odd = [
            'statement 0: Action "connect" is not <service>:<action>',
            'statement 0: Resource "x" is neither an ARN nor "*"',
        ];
        assert.deepEqual(all(of({ Action: "connect", Resource: "x" })), {
            verdict: "invalid",
            users: [],
            excesses: [],
            problems: odd,
            reason: odd.join("; "),
        });
    });

    it("reports parts that are not known yet, also in one of several documents", () => {
        const unknown = { verdict: "unknown", users: [user], ...calm, reason: "decisive parts are not known yet" };
        assert.deepEqual(
            [all(of({}), of({ Resource: UNKNOWN })), all(of({ Resource: UNKNOWN }), of({}))],
            [unknown, unknown],
        );
    });

    it("rejects only documents that it cannot decide in time", () => {
        const fences = ["a", "b", "c"].map((letter, index) =>
            deny({ NotResource: `arn:*${letter}${"?".repeat(20 + 3 * index)}` }),
        );
        const reason = "its patterns are too complex to decide; name each database user by its ARN";
        assert.deepEqual(all(of({ Resource: "arn:*" }, ...fences)), {
            verdict: "invalid",
            users: [],
            excesses: [],
            problems: [reason],
            reason,
        });
        const users = Array.from({ length: 300 }, (_, index) => `${user}${index}`);
        assert.equal(judge(of({ Resource: "*" }, deny({ NotResource: users }))).users.length, 300);
    });

    it("reports at most twenty problems", () => {
        assert.equal(judge(of({ Action: Array.from({ length: 50 }, () => 1) })).problems.length, 20);
        assert.equal(judge(of({ Action: Array.from({ length: 50 }, () => "x") })).problems.length, 20);
        assert.equal(
            judge(Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, 1]))).problems.length,
            20,
        );
    });
});
