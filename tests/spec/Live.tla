--------------------------------- MODULE Live ---------------------------------
(* Progress, as far as a model without clocks can say it: when an honest validator leads the last view and nobody honest  *)
(* loses patience in it, a block of that view becomes final, whatever liars and timers did in the views before. The liars  *)
(* need not help: only honest steps are fair.                                                                            *)
EXTENDS Small

LiveLeader == [v \in 1..Top |-> IF v = Top THEN CHOOSE i \in Honest : TRUE ELSE AnyLeader]

Patient(i) ==
    \E v \in Views :
        \/ Enters(i, v) /\ \E b \in InView[v] : Propose(i, v, b) \/ Notarize(i, v, b)
        \/ v < LastView /\ Nullify(i, v)
        \/ \E b \in Heard("N", v) : Finalize(i, v, b)

LiveSpec == Init /\ [][(\E i \in Honest : Patient(i)) \/ Liar]_vars /\ \A i \in Honest : WF_vars(Patient(i))

Progress == <>(\E b \in FinalBlocks : ViewOf[b] = LastView)
===============================================================================
