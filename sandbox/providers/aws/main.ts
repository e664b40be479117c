import { serve } from "../protocol/serve";
import { awsStandIn } from "./provider";

serve(awsStandIn());
