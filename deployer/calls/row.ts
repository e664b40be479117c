/**
 * The API calls that the AWS provider makes for one resource type: which IAM actions, and on which resources AWS checks them.
 *
 * An ARN template is `service resource` (in the resource's own region and account; IAM has no region) or begins with `arn:` or with
 * a placeholder. `{path}` is the value or values of a property, `{path>type>property}` a property of the object of that type which the
 * value names. A template whose placeholders have no value stands for nothing. `self` is the resource itself, `*` an action that
 * supports no resources. AWS sees none of the stack's tags on what `~` precedes: it is not in the stack, or not tagged yet.
 */
export interface Row {
    /** The file in hashicorp/terraform-provider-aws, below `internal/service`, that makes the calls. */
    readonly source: string;
    /** The resource's ARN until its `arn` is known; the first template that has a value. */
    readonly self: string | readonly string[];
    /** The actions that add tags, on creation too, and that remove them. */
    readonly tags?: readonly [add: string, remove: string];
    /** True for a resource that exists when it is created: creating it adopts it. */
    readonly adopts?: true;
    /** Before the resource exists; the first call creates it. */
    readonly create: readonly Call[];
    /** On creation, as soon as the resource exists. */
    readonly then?: readonly Call[];
    /** After creation and update, and on refresh. */
    readonly read: readonly Call[];
    readonly update: readonly Call[];
    readonly delete: readonly Call[];
}

/** Actions, separated by spaces; the resources of each, `self` by default. */
export type Call = readonly [actions: string, on?: string | readonly string[], only?: Only];

export interface Only {
    /** The call is made if this property has a value other than false. */
    readonly given?: string;
    /** The call is made by an update that changes one of these properties, separated by spaces; by default, any but the tags. */
    readonly changed?: string;
    /**
     * For `iam:PassRole`, the service that receives the role; for `iam:CreateServiceLinkedRole`, the service of the role; for actions
     * of KMS, the service that uses the key on the caller's behalf, without its DNS suffix.
     */
    readonly service?: string;
    /** Further condition keys of the request. */
    readonly with?: Readonly<Record<string, string>>;
}

/** The rows of one service, by Pulumi's type token. */
export type Rows = Readonly<Record<string, Row>>;
