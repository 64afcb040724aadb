export function ReplayPage() { return <h1>replay</h1>; }
