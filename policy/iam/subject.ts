import { PLACEHOLDER, UNKNOWN } from "./pattern";

/** A principal that may assume a role, as a trust document names it. */
export type Subject =
    /** The holder of an OIDC token: `subject` is its `sub` (`system:serviceaccount:<namespace>:<name>` on EKS). */
    | {
          readonly kind: "web-identity";
          readonly provider: string;
          readonly issuer: string;
          readonly subject: string;
          readonly audiences: readonly string[];
      }
    /**
     * Pods of one cluster (its ARN) that EKS Pod Identity serves; all of them without a namespace or service account.
     */
    | {
          readonly kind: "pod-identity";
          readonly cluster: string;
          readonly namespace: string | undefined;
          readonly serviceAccount: string | undefined;
      }
    /** An AWS service. */
    | { readonly kind: "service"; readonly service: string }
    /** An IAM role or user by its ARN, or a whole account. */
    | { readonly kind: "principal"; readonly principal: string }
    /** Any user that a SAML provider signs in. */
    | { readonly kind: "saml"; readonly provider: string };

/** The subject's identifier, as `keyless lint` lists it. */
export function subjectText(subject: Subject): string {
    switch (subject.kind) {
        case "web-identity":
            return subject.subject;
        case "pod-identity":
            return `${subject.cluster} system:serviceaccount:${subject.namespace ?? "*"}:${subject.serviceAccount ?? "*"}`;
        case "service":
            return subject.service;
        case "principal":
            return subject.principal;
        case "saml":
            return subject.provider;
    }
}

/** Text with its unknown parts made readable. */
export function visible(text: string): string {
    return text.replaceAll(PLACEHOLDER, "<unknown>").replaceAll(UNKNOWN, "<unknown>");
}
