import assert from "node:assert/strict";
import { isAllowed, parseDocument, reach, documentKind, subjectText, trust } from "../../../policy/iam";
import { letsIn } from "./oracle";
import type { PlainDocument } from "./oracle";
import { actions } from "./table/actions";
import { combinations } from "./table/combinations";
import { malformed } from "./table/malformed";
import { resources } from "./table/resources";
import type { Row } from "./table/row";
import { trusts } from "./table/trust";
import { variables } from "./table/variables";

const identities = {
    resources,
    actions,
    "statements together": combinations,
    "policy variables": variables,
    "malformed documents": malformed,
};

describe("a table of documents, each with its verdict and reason", () => {
    it("contains at least 300", () => {
        assert.ok([...Object.values(identities), trusts].flat().length >= 300);
    });

    for (const [name, rows] of Object.entries(identities)) {
        describe(name, () => {
            for (const row of rows) {
                it(`${row.verdict}: ${row.why}`, () => judgeIdentity(row));
            }
        });
    }

    describe("trust", () => {
        for (const row of trusts) {
            it(`${row.verdict}: ${row.why}`, () => judgeTrust(row));
        }
    });
});

function textOf({ document }: Row): string {
    return typeof document === "string" ? document : JSON.stringify(document);
}

function judgeIdentity(row: Row): void {
    const text = textOf(row);
    const found = reach([parseDocument(text, "identity")]);
    const names = found.verdict === "exact" ? found.users.map(({ arn }) => arn) : undefined;
    assert.deepEqual(
        { verdict: found.verdict, names },
        { verdict: row.verdict, names: row.names },
        `${text}: ${found.reason}`,
    );
    if (found.verdict === "excess") {
        const lets = letsIn(asPlain(JSON.parse(text) as PlainDocument));
        assert.deepEqual(
            found.excesses.filter(({ counterexample }) => !lets(counterexample)),
            [],
        );
        assert.ok(found.excesses.length > 0);
    }
}

function judgeTrust(row: Row): void {
    const text = textOf(row);
    assert.equal(documentKind(text), "trust", text);
    const document = parseDocument(text, "trust");
    const found = trust(document);
    const names = found.verdict === "exact" ? found.subjects.map(subjectText) : undefined;
    assert.deepEqual(
        { verdict: found.verdict, names },
        { verdict: row.verdict, names: row.names },
        `${text}: ${found.reason}`,
    );
    assert.equal(found.excesses.length > 0, row.verdict === "excess");
    // No request has a principal that AWS would reject, and none meets a condition without values.
    const witnesses = found.excesses.flatMap(({ request }) => request ?? []);
    const none = text.includes(":[]") || found.excesses.every(({ reason }) => reason.includes("contains a wildcard"));
    assert.ok(witnesses.length > 0 || none, found.reason);
    assert.deepEqual(
        witnesses.filter((request) => !isAllowed([document], request)),
        [],
        text,
    );
}

/** The oracle accepts only lists of statements. */
function asPlain(document: PlainDocument): PlainDocument {
    return Array.isArray(document.Statement)
        ? document
        : { ...document, Statement: [document.Statement as unknown as PlainDocument["Statement"][number]] };
}
