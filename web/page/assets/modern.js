(class { static {} }); window.guiModern = true;
