import { parseDocument, reach, subjectText, trust, UNKNOWN, visible } from "../../../policy/iam";
import type { Document, DocumentKind, TrustContext } from "../../../policy/iam";
import { actions } from "./table/actions";
import { combinations } from "./table/combinations";
import { malformed } from "./table/malformed";
import { resources } from "./table/resources";
import { of, other, user, deny } from "./table/row";
import { trusts } from "./table/trust";
import { variables } from "./table/variables";

/** Possible accounts of a role, and declarations of its organisation. */
const contexts: Readonly<Record<string, TrustContext>> = {
    "the role's account is 111122223333": { accounts: ["111122223333"] },
    "both accounts are the organisation's own": { accounts: ["111122223333", "444455556666"] },
    "the role's account is not known": { strangers: "unknown" },
    "a namespace is declared": { subjects: ["system:serviceaccount:shop:*"] },
};

/**
 * The report on each document of the table, one line per finding; for trust documents, also in each context that
 * changes it.
 */
export function said(): string[] {
    const identities = [...resources, ...actions, ...combinations, ...variables, ...malformed].flatMap(
        ({ why, document }) => [`# ${why}`, ...ofIdentity(document)],
    );
    const documents = trusts.flatMap(({ why, document }) => {
        const plain = ofTrust(document, {});
        const differing = Object.entries(contexts).flatMap(([context, given]) => {
            const lines = ofTrust(document, given);
            return lines.join() === plain.join() ? [] : [`${context}:`, ...lines];
        });
        return [`# trust: ${why}`, ...plain, ...differing];
    });
    const placed = ["Resource", "NotResource"].flatMap((key) => [
        `# trust: with a ${key}`,
        ...ofTrust(
            of({
                Principal: { Service: "ec2.amazonaws.com" },
                Action: "sts:AssumeRole",
                Resource: undefined,
                [key]: "*",
            }),
            {},
        ),
    ]);
    return [...identities, ...documents, ...placed, ...hiding()];
}

function ofIdentity(document: unknown): string[] {
    const parsed = parseDocument(asText(document), "identity");
    const { verdict, reason, users, excesses, problems } = reach([parsed]);
    return [
        `${verdict}${seen(parsed)}: ${visible(reason)}`,
        ...users.map(({ arn }) => `  user ${visible(arn)}`),
        ...excesses.map(
            ({ counterexample, statement }) =>
                `  statement ${statement.index} counterexample ${visible(counterexample)}`,
        ),
        ...problems.map((problem) => `  problem: ${visible(problem)}`),
    ];
}

function ofTrust(document: unknown, context: TrustContext): string[] {
    const parsed = parseDocument(asText(document), "trust");
    const { verdict, reason, subjects, excesses, problems } = trust(parsed, context);
    return [
        `${verdict}${seen(parsed)}: ${visible(reason)}`,
        ...subjects.map(
            (subject) =>
                `  ${subject.kind} ${visible(subjectText(subject))}${subject.kind === "web-identity" ? ` for ${subject.audiences.join(", ")}` : ""}`,
        ),
        ...excesses.map(
            ({ counterexample, statement, fix }) =>
                `  statement ${statement.index} counterexample ${visible(counterexample)}; ${fix}`,
        ),
        ...problems.map((problem) => `  problem: ${visible(problem)}`),
    ];
}

function seen({ unknown }: Document): string {
    return unknown ? " (parts are unknown)" : "";
}

function asText(document: unknown): string {
    return typeof document === "string" ? document : JSON.stringify(document);
}

const issuer = "oidc.eks.eu-central-1.amazonaws.com/id/A";
const cluster = "arn:aws:eks:eu-central-1:111122223333:cluster/main";
const pods = {
    Effect: "Allow",
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession"],
};

/** Well-formed documents; the report replaces each value in turn, or the middle of each string, by an unknown one. */
const sound: Readonly<Record<string, readonly [DocumentKind, unknown]>> = {
    "an identity": [
        "identity",
        of(
            { Sid: "Connect", Resource: [user, other], Condition: { StringEquals: { "aws:username": ["a", "b"] } } },
            deny({ Action: "rds-db:*", Resource: other }),
        ),
    ],
    exceptions: [
        "identity",
        of(
            { Resource: undefined, NotResource: "*" },
            { Action: undefined, NotAction: ["rds-db:*", "s3:*"], Resource: "*" },
            deny({ NotResource: user }),
        ),
    ],
    "a service account": [
        "trust",
        of({
            Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${issuer}` },
            Action: "sts:AssumeRoleWithWebIdentity",
            Resource: undefined,
            Condition: {
                StringEquals: {
                    [`${issuer}:sub`]: ["system:serviceaccount:a:x", "system:serviceaccount:a:y"],
                    [`${issuer}:aud`]: "sts.amazonaws.com",
                },
            },
        }),
    ],
    "a pod": [
        "trust",
        of({
            ...pods,
            Resource: undefined,
            Condition: {
                StringEquals: {
                    "aws:RequestTag/eks-cluster-arn": [cluster],
                    "aws:RequestTag/kubernetes-namespace": "a",
                    "aws:RequestTag/kubernetes-service-account": ["x", "y"],
                },
            },
        }),
    ],
    "another account": [
        "trust",
        of({
            Principal: { AWS: ["arn:aws:iam::444455556666:root", "arn:aws:iam::444455556666:role/a"] },
            Action: "sts:AssumeRole",
            Resource: undefined,
            Condition: { StringEquals: { "sts:ExternalId": ["one", "two"] } },
        }),
    ],
    SAML: [
        "trust",
        of(
            {
                Principal: { Federated: "arn:aws:iam::111122223333:saml-provider/sso" },
                Action: "sts:AssumeRoleWithSAML",
                Resource: undefined,
            },
            {
                Effect: "Deny",
                Principal: { Service: "ec2.amazonaws.com" },
                Action: "sts:AssumeRole",
                Resource: undefined,
            },
        ),
    ],
};

function hiding(): string[] {
    return Object.entries(sound).flatMap(([name, [kind, document]]) => {
        const judge = kind === "identity" ? ofIdentity : (hidden: unknown): string[] => ofTrust(hidden, {});
        return pathsIn(document).flatMap((path) => {
            const at = valueAt(document, path);
            const half =
                typeof at === "string"
                    ? [[`the middle of ${path.join(".")}`, `${at.slice(0, at.length / 2)}${UNKNOWN}${at.slice(-2)}`]]
                    : [];
            return [[path.join("."), UNKNOWN], ...half].flatMap(([what, hidden]) => [
                `# unknown in ${name}: ${String(what)}`,
                ...judge(replaced(document, path, hidden)),
            ]);
        });
    });
}

type Path = readonly (string | number)[];

function pathsIn(value: unknown, path: Path = []): Path[] {
    const below =
        typeof value === "object" && value !== null
            ? Object.entries(value).filter(([, part]) => part !== undefined)
            : [];
    return [
        ...(path.length === 0 ? [] : [path]),
        ...below.flatMap(([key, part]) => pathsIn(part, [...path, Array.isArray(value) ? Number(key) : key])),
    ];
}

function valueAt(value: unknown, path: Path): unknown {
    return path.reduce<unknown>((at, key) => (at as Record<string | number, unknown>)[key], value);
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
    if (key === undefined) {
        return by;
    }
    if (Array.isArray(value)) {
        return value.map((part: unknown, index) => (index === key ? replaced(part, rest, by) : part));
    }
    const record = value as Record<string, unknown>;
    return { ...record, [key]: replaced(record[key], rest, by) };
}
