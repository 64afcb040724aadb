-------------------------------- MODULE Trace --------------------------------
(* Are runs of the real engines runs of the model? Module Traces, which the simulator writes, lists for each run the votes *)
(* that left honest validators, in the order in which they left, the disks that were lost and the views from which         *)
(* validators spoke again. Every step must be one that an action of Simplex explains, in the state that the steps before   *)
(* it make. A step that none explains is refused and printed.                                                            *)
EXTENDS Simplex, Traces, Sequences, TLC

VARIABLES run, at   \* which trace, and how many of its steps are explained

TraceLeader == [v \in 1..TraceViews |-> v % TraceCount]

Step == TraceSteps[run][at + 1]

\* What the model's safety rests on, said once more without it: nothing that left a validator contradicts what left before.
Sound(i, vote) == \A m \in said[i] : ~Contradicts(m, vote)

Forgets(i) ==
    /\ mem' = [mem EXCEPT ![i] = {}]
    /\ view' = [view EXCEPT ![i] = 1]
    /\ floor' = [floor EXCEPT ![i] = Never]
    /\ UNCHANGED <<said, lies, wiped>>
\* The view must lie above all votes of its earlier lives, which it can know only from its peers' answers.
Speaks(i, v) ==
    /\ \A m \in said[i] : m[2] < v
    /\ floor' = [floor EXCEPT ![i] = IF v < Never THEN v ELSE Never]
    /\ UNCHANGED <<view, said, mem, lies, wiped>>

Explained ==
    LET kind == Step[1]  i == Step[2]  v == Step[3]  b == Step[4] IN
    CASE kind = "N" -> Sound(i, N(v, b)) /\ (Propose(i, v, b) \/ Notarize(i, v, b))
      [] kind = "X" -> Sound(i, X(v)) /\ Nullify(i, v)
      [] kind = "F" -> Sound(i, F(v, b)) /\ Finalize(i, v, b)
      [] kind = "W" -> Forgets(i)
      [] kind = "S" -> Speaks(i, v)

Advances == Explained /\ at' = at + 1
Refused ==
    /\ PrintT(<<"refused", run, at + 1, Step>>)
    /\ at' = Len(TraceSteps[run]) + 1
    /\ UNCHANGED vars
Ends ==
    /\ at = Len(TraceSteps[run])
    /\ PrintT(<<"explained", run, at>>)
    /\ at' = at + 1
    /\ UNCHANGED vars

TraceInit == Init /\ run \in 1..Len(TraceSteps) /\ at = 0
TraceNext ==
    /\ UNCHANGED run
    /\ IF at < Len(TraceSteps[run]) THEN IF ENABLED Advances THEN Advances ELSE Refused ELSE Ends
TraceSpec == TraceInit /\ [][TraceNext]_<<vars, run, at>>
===============================================================================
