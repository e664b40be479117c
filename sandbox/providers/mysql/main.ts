import { serve } from "../protocol/serve";
import { standIn } from "./standIn";

serve(standIn());
