import { claimOf, elsewhere, weakness, write } from "./claim";
import type { Claim, Token } from "./claim";
import type { Condition } from "./condition";
import type { Statement } from "./document";
import { finding, unknownValue, ANY_PRINCIPAL } from "./finding";
import type { Fault, Finding } from "./finding";
import { conditionMatches } from "./evaluateCondition";
import { issuerOf, likely } from "./issuer";
import { UNKNOWN } from "./pattern";
import type { Request } from "./request";
import type { Context } from "./policyVariables";
import type { Subject } from "./subject";
import { others, witness } from "./witness";

/** What is known besides the document. */
export interface WebIdentityContext {
    /** Patterns that StringLike may compare `sub` with, as written in the document. */
    readonly subjects?: readonly string[];
    /**
     * The audiences that an OIDC provider lists, by its ARN; undefined for an unknown provider. IAM rejects a token for
     * any other (https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html). Without
     * this function, a document must name the audience itself.
     */
    readonly audiencesOf?: (provider: string) => readonly string[] | undefined;
}

/**
 * Checks the trust in tokens of one OIDC provider. Only StringEquals on both `<issuer>:sub` and `<issuer>:aud` pins a
 * token: with IfExists or ForAllValues a token without the claim passes, StringLike is one character from a wildcard,
 * and a key of another issuer has no effect on this one (IAM user guide, "Available keys for AWS OIDC federation").
 * Counterexamples must meet the conditions in `asked`.
 */
export function judgeWebIdentity(
    provider: string,
    statement: Statement,
    asked: readonly Condition[],
    context: WebIdentityContext,
): Finding {
    const issuer = issuerOf(provider);
    if (provider.includes("*") || provider.includes("?")) {
        const fix = "name one OIDC provider by its ARN";
        return finding({
            faults: [{ counterexample: likely(provider), reason: "Federated contains a wildcard", fix }],
        });
    }
    const token: Token = { provider, issuer, statement, asked };
    const sub = claimOf("sub", token, context.subjects ?? []);
    const aud = claimOf("aud", token, []);
    const audience = judgeAudience(token, sub, aud, context);
    const faults = sub.values === undefined && !statement.hidden ? [openFault(token, sub, aud)] : audience.faults;
    const audiences = known(aud.values ?? audience.audiences);
    const subjects = known(sub.values ?? []).map((subject): Subject => ({
        kind: "web-identity",
        provider,
        issuer,
        subject,
        audiences,
    }));
    const open =
        provider.includes(UNKNOWN) ||
        statement.hidden ||
        [...(sub.values ?? []), ...(aud.values ?? [])].includes(undefined);
    return finding({
        subjects,
        faults,
        open: [...(open ? [unknownValue] : []), ...audience.open],
        advice: audience.advice,
    });
}

function known(values: readonly (string | undefined)[]): string[] {
    return values.filter((value) => value !== undefined);
}

/** The fault of a statement that does not pin the subject; covers both claims if it pins neither. */
function openFault(token: Token, sub: Claim, aud: Claim): Fault {
    const open = [sub, ...(aud.values === undefined ? [aud] : [])];
    const unnamed =
        open.every(({ conditions }) => conditions.length === 0) && !open.some((claim) => elsewhere(claim, token));
    const reason = unnamed
        ? `no condition on ${open.map(({ name }) => name).join(" and ")}`
        : open.map((claim) => weakness(claim, token)).join("; ");
    const context = witness(token.asked, { [sub.key]: [likely(token.issuer)], [aud.key]: ["sts.amazonaws.com"] });
    const who =
        context === undefined
            ? ANY_PRINCIPAL
            : `${context[sub.key] ?? `${sub.key} missing from the token`}${others(context, [sub.key, aud.key])}`;
    return { counterexample: who, ...requestOf(token, context), reason, fix: write(token, open) };
}

interface Audience extends Finding {
    readonly audiences: readonly string[];
}

/** Checks a pinned subject without a pinned audience, which depends on the audiences that the provider lists. */
function judgeAudience(token: Token, sub: Claim, aud: Claim, { audiencesOf }: WebIdentityContext): Audience {
    const judged = (parts: Partial<Audience>): Audience => ({ ...finding(parts), audiences: parts.audiences ?? [] });
    if (sub.values === undefined || aud.values !== undefined || token.statement.hidden) {
        return judged({});
    }
    const listed = audiencesOf === undefined ? [otherAudience] : audiencesOf(token.provider);
    if (listed === undefined) {
        return judged({ open: [{ kind: "audience", provider: token.provider }] });
    }
    const accepted =
        audiencesOf === undefined
            ? []
            : listed.filter((one) =>
                  aud.conditions.every((condition) => conditionMatches(condition, { [aud.key]: one })),
              );
    const [only, ...more] = accepted;
    if (only === undefined && audiencesOf !== undefined) {
        return judged({});
    }
    if (only !== undefined && more.length === 0) {
        const reason = `${weakness(aud, token)}: a token for another audience is rejected only because ${token.provider} lists ${only} alone`;
        return judged({ audiences: accepted, advice: [{ reason, fix: write(token, [aud]) }] });
    }
    const wanted = accepted.filter((one) => one !== "sts.amazonaws.com");
    const context = witness(token.asked, {
        [sub.key]: known(sub.values),
        [aud.key]: wanted.length > 0 ? wanted : listed,
    });
    const who = known(sub.values)[0] ?? likely(token.issuer);
    const made = context?.[aud.key];
    const how =
        made === undefined
            ? "without an audience"
            : `issued for ${made === otherAudience ? "another audience" : String(made)}`;
    const counterexample =
        context === undefined ? ANY_PRINCIPAL : `${who} with a token ${how}${others(context, [sub.key, aud.key])}`;
    return judged({
        audiences: accepted,
        faults: [
            { counterexample, ...requestOf(token, context), reason: weakness(aud, token), fix: write(token, [aud]) },
        ],
    });
}

/** A placeholder for an audience that is not listed. */
const otherAudience = "any-other-audience";

function requestOf({ provider }: Token, context: Context | undefined): { request?: Request } {
    return context === undefined || provider.includes(UNKNOWN)
        ? {}
        : {
              request: {
                  action: "sts:AssumeRoleWithWebIdentity",
                  principal: { type: "Federated", value: provider },
                  context,
              },
          };
}
