export function EnrolPage() { return <h1>enrol</h1>; }
