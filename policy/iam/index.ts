/**
 * Decides what IAM documents actually allow, as far as Keyless needs it: which database users an identity may connect
 * as, and who may assume a role. Pure functions without dependencies.
 *
 * ```ts
 * const document = parseDocument(json, "identity");       // never throws; document.problems
 * reach([document]);                                       // exact | none | excess (with counterexamples) | unknown | invalid
 * mayConnect([inline, attached], "arn:aws:rds-db:…");      // yes | no | maybe, for one known database user
 * trust(parseDocument(json, "trust"));                     // exact (with its subjects) | none | excess | unknown | invalid
 * isAllowed([document], request);                          // any known request, conditions evaluated
 * ```
 *
 * {@link CARRIERS} lists the Pulumi types that contain documents, {@link awsPolicyStatements} the statements of AWS
 * managed policies.
 *
 * In a document, {@link UNKNOWN}, Pulumi's own marker, may stand for any value or appear inside any string.
 */
export { dbUserArn, parseDbUser } from "./arn";
export type { DbUser } from "./arn";
export { BudgetSpent } from "./budget";
export { CARRIERS } from "./carriers";
export type { Carrier, HolderKind, DocumentLocation } from "./carriers";
export { mayConnect } from "./connect";
export type { Answer } from "./connect";
export { decide, limitsOnConnect, permits } from "./decide";
export type { Decision, Permissions } from "./decide";
export { documentValue, parseDocument } from "./document";
export type { Document, DocumentKind, PatternSet, Statement } from "./document";
export { impossibleUser } from "./impossibleUser";
export type { Impossible } from "./impossibleUser";
export { issuerOf } from "./issuer";
export { isAllowed } from "./request";
export type { Request } from "./request";
export { awsPolicyPath, awsPolicyStatements, isAwsPolicy } from "./managed";
export { clip, PLACEHOLDER, UNKNOWN } from "./pattern";
export { asUser } from "./policyVariables";
export { podIdentityActions, podIdentityRequests, podIdentityTags } from "./podIdentityRequest";
export type { PodIdentitySubject } from "./podIdentityRequest";
export { reach } from "./reach";
export type { Excess, Reach } from "./reach";
export { documentKind } from "./documentKind";
export { subjectText, visible } from "./subject";
export type { Subject } from "./subject";
export { trust } from "./trust";
export type { Trust, TrustContext, TrustExcess } from "./trust";
