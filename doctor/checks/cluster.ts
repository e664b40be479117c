import type { Facts } from "../facts";
import { type Check, command, fine, judged, unchecked } from "../finding";
import { isProviderOf } from "../issuer";

/** What pods' tokens are for: https://docs.aws.amazon.com/eks/latest/userguide/enable-iam-roles-for-service-accounts.html */
const AUDIENCE = "sts.amazonaws.com";

/** Whether the stack's identities are known and this is none of them: what nothing uses need not be there. */
export function unused({ wanted }: Facts, identity: string): boolean {
    return "value" in wanted && !wanted.value.identities.has(identity);
}

export const oidcProvider: Check = {
    id: "oidc-provider",
    group: "aws",
    what: "an IAM OIDC provider for the cluster's issuer",
    why: "IRSA (`identity: irsa`): AWS accepts the cluster's tokens only if IAM knows their issuer",
    judge: (facts) =>
        judged([facts.aws.cluster, facts.aws.providers], (cluster, providers) => {
            const found = providers.find(({ arn }) => isProviderOf(arn, cluster.issuer));
            if (found?.audiences.includes(AUDIENCE) === true) {
                return fine(found.arn);
            }
            if (unused(facts, "irsa")) {
                return fine("missing, and no tenant of the stack uses irsa");
            }
            if (found !== undefined) {
                return {
                    state: "change",
                    seen: [`${found.arn} has the audiences ${found.audiences.join(", ") || "(none)"}, not ${AUDIENCE}`],
                    breaks: "nothing: an audience is added",
                    change: [
                        command`aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${found.arn} --client-id ${AUDIENCE}`,
                    ],
                };
            }
            const others = providers.filter(({ arn }) => /:oidc-provider\/oidc\.eks\./.test(arn)).map(({ arn }) => arn);
            return {
                state: "change",
                seen: [
                    `no provider for ${cluster.issuer.replace(/^https:\/\//, "")}`,
                    ...(others.length === 0 ? [] : [`providers of other issuers: ${others.join(", ")}`]),
                ],
                breaks: "nothing; roles that trust a provider of another issuer stay as they are",
                change: [
                    command`aws iam create-open-id-connect-provider --url ${cluster.issuer} --client-id-list ${AUDIENCE}`,
                ],
            };
        }),
};

/** https://docs.aws.amazon.com/eks/latest/userguide/setting-up-access-entries.html */
export const accessEntries: Check = {
    id: "access-entries",
    group: "kubernetes",
    what: "the cluster accepts access entries",
    why: "people and deployers get into the cluster by access entries, which the mode CONFIG_MAP ignores",
    judge: ({ aws }) =>
        judged([aws.cluster], ({ name, authenticationMode: mode }) =>
            mode === undefined
                ? unchecked("EKS does not name the cluster's authentication mode")
                : ["API", "API_AND_CONFIG_MAP"].includes(mode)
                  ? fine(mode)
                  : {
                        state: "change",
                        seen: [`authentication mode ${mode}`],
                        breaks: "nothing: aws-auth stays in effect; the mode cannot be changed back",
                        change: [
                            command`aws eks update-cluster-config --name ${name} --access-config authenticationMode=API_AND_CONFIG_MAP`,
                        ],
                    },
        ),
};

/**
 * Keyless creates the namespaces of its tenants, and the provider refuses to create an object that exists:
 * https://github.com/pulumi/pulumi-kubernetes/pull/4278
 */
export const namespaces: Check = {
    id: "namespaces",
    group: "kubernetes",
    what: "the stack's namespaces do not exist yet",
    why: "a run that creates one that exists fails",
    judge: ({ kubernetes, wanted }) =>
        judged([wanted, kubernetes.namespaces], ({ namespaces: names }, present) => {
            const taken = names.filter((name) => present.includes(name));
            return taken.length === 0
                ? fine(`none of the ${names.length} exists`)
                : {
                      state: "change",
                      seen: taken.map((name) => `the namespace ${name} exists`),
                      breaks: "nothing: another namespace leaves what runs in this one as it is, until the service moves",
                      change: [{ config: "give these tenants other namespaces (access.tenants[].namespace)" }],
                  };
        }),
};
